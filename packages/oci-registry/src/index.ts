export { startRegistry, type RunningRegistry } from './start-registry';
export { type LoginOptions, type StartRegistryOptions } from './options';
export { profiles } from './profiles/profiles';
export { hostileProfiles } from './profiles/hostile/hostile-profiles';
export {
  type ProfileLogin,
  type ProfileSettings,
  type Quirk,
  type RateLimitAnswer,
  type RegistryProfile,
  type Visit,
} from './profiles/registry-profile';
export { memoryStorage } from './memory-storage';
export { folderStorage } from './folder-storage';
export { findFolderOwner, type FolderOwner } from './folder/lock-record';
export {
  type ByteRange,
  type ContentStorage,
  type RecordAddress,
  type RecordKind,
  type RecordStorage,
  type RegistryStorage,
  type Upload,
} from './storage';
export { type Listener } from './open-listener';
export { type RequestLog, type RequestLogEntry } from './request-log';
export { type Fault, type FaultAnswer, type Faults } from './faults';

export { startRegistry, type RunningRegistry } from './server/start-registry';
export { type LoginOptions, type StartRegistryOptions } from './options/options';
export { profiles } from './profiles/profiles';
export { hostileProfiles } from './hostile/hostile-profiles';
export {
  type ProfileLogin,
  type ProfileSettings,
  type Quirk,
  type RateLimitAnswer,
  type RegistryProfile,
  type Visit,
} from './quirks/registry-profile';
export { memoryStorage } from './storage/memory-storage';
export { folderStorage } from './folder/folder-storage';
export { findFolderOwner, type FolderOwner } from './folder/lock-record';
export {
  type ByteRange,
  type ContentStorage,
  type RecordAddress,
  type RecordKind,
  type RecordStorage,
  type RegistryStorage,
  type Upload,
} from './storage/storage';
export { type Listener } from './server/open-listener';
export { type RequestLog, type RequestLogEntry } from './options/request-log';
export { type Fault, type FaultAnswer, type Faults } from './options/faults';

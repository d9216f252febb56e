export { startRegistry, type RunningRegistry } from './start-registry';
export { type LoginOptions, type StartRegistryOptions } from './options';
export { memoryStorage } from './memory-storage';
export { folderStorage } from './folder-storage';
export {
  type ByteRange,
  type ContentStorage,
  type RecordAddress,
  type RecordKind,
  type RecordStorage,
  type RegistryStorage,
  type Upload,
} from './storage';
export { type RequestLog, type RequestLogEntry } from './request-log';
export { type Fault, type FaultAnswer, type Faults } from './faults';

import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import type { Route } from '../http/route';
import type { PageState } from '../page/gather/page-state';
import type { SerialQueue } from '../storage/serial-queue';
import type { RegistryStorage } from '../storage/storage';
import type { UploadSessions } from '../uploads/upload-sessions';

/** The state of a registry. */
export interface RegistryState {
  readonly storage: RegistryStorage;
  readonly uploads: UploadSessions;
  /** Serialises all changes of records, so that content is only removed with its last record. */
  readonly changes: SerialQueue;
  /** For the pages that people look at. */
  readonly page: PageState;
  /** Whether to accept manifests whose content is missing. */
  readonly acceptSparse: boolean;
}

/** One routed and authorised request with a valid repository name. */
export interface Call {
  readonly state: RegistryState;
  readonly request: RegistryRequest;
  readonly repository: string;
  readonly reference: string;
}

export type Handler = (call: Call) => Promise<Answer>;

/** The methods of one noun. HEAD is answered by GET. */
export type Methods = Readonly<Partial<Record<'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE', Handler>>>;

export type Handlers = Readonly<Partial<Record<Route['noun'], Methods>>>;

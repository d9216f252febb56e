import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import type { Route } from '../http/route';
import type { SerialQueue } from '../storage/serial-queue';
import type { RegistryStorage } from '../storage/storage';
import type { UploadSessions } from '../uploads/upload-sessions';

/** What lasts from one request to the next. */
export interface RegistryState {
  readonly storage: RegistryStorage;
  readonly uploads: UploadSessions;
  /** Every change of records goes through it: content is removed when the last record goes, not between two looks. */
  readonly changes: SerialQueue;
  /** Whether manifests may name content that is not there. */
  readonly acceptSparse: boolean;
}

/** One request, routed, allowed, its repository's name checked. */
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

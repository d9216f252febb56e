import { randomBytes } from 'node:crypto';

import type { RegistryOverview } from '../../overview/registry-overview';
import type { RegistryStorage } from '../../storage/storage';
import { Descriptions } from './descriptions';

/** What the pages of one running registry share. */
export interface PageState {
  readonly storage: RegistryStorage;
  readonly overview: RegistryOverview;
  readonly descriptions: Descriptions;
  /** Whether the page offers to delete tags and images. */
  readonly canDelete: boolean;
  /** Signs the forms of the page, so that no other site can send one. */
  readonly formKey: Uint8Array;
}

export function createPageState(storage: RegistryStorage, overview: RegistryOverview, canDelete: boolean): PageState {
  return { storage, overview, canDelete, descriptions: new Descriptions(storage), formKey: randomBytes(32) };
}

import { Readable } from 'node:stream';

import { type Descriptor, type OpenContent } from '@nx-oci/model';

import { createRegistryClient, type RegistryClient, type RegistryClientOptions } from '../client';
import { type Credential, type CredentialSource } from '../credentials/credential';
import { DEFAULT_RETRY_POLICY } from '../attempts/retry-policy';
import { closeAfterEach } from './close-after-each';

/** Waits so short that a spec does not notice them. */
export const FAST_RETRY = { ...DEFAULT_RETRY_POLICY, baseMs: 5 };

/** A client with quick retries, no proxy and one credential for everything, or none; until the spec is over. */
export function testClient(options: Partial<RegistryClientOptions> & { readonly credential?: Credential } = {}): RegistryClient {
  const { credential, ...rest } = options;
  return closeAfterEach(createRegistryClient({ credentials: knows(credential), retry: FAST_RETRY, env: {}, ...rest }));
}

/** A source that always gives the same answer. */
export function knows(credential: Credential | undefined): CredentialSource {
  return { find: () => Promise.resolve({ credential, looked: [`the test (${credential === undefined ? 'no entry' : 'found'})`] }) };
}

export const ALICE = { kind: 'basic', username: 'alice', password: 'correct horse' } as const;

/** Content that is in memory. */
export function contentOf({ bytes }: { readonly descriptor: Descriptor; readonly bytes: Uint8Array }): OpenContent {
  return () => Promise.resolve(Readable.from([bytes], { objectMode: false }));
}

import { Readable } from 'node:stream';

import { type Descriptor, type OpenContent } from '@nx-oci/model';

import { createRegistryClient, type RegistryClient, type RegistryClientOptions } from '../client';
import { type Credential, type CredentialSource } from '../credentials/credential';
import { DEFAULT_RETRY_POLICY } from '../attempts/retry-policy';
import { closeAfterEach } from './close-after-each';

/** Retries with very short waits. */
export const FAST_RETRY = { ...DEFAULT_RETRY_POLICY, baseMs: 5 };

/** A client with fast retries, no proxy and one credential for everything, or none; closed at the end of the spec. */
export function testClient(options: Partial<RegistryClientOptions> & { readonly credential?: Credential } = {}): RegistryClient {
  const { credential, ...rest } = options;
  return closeAfterEach(createRegistryClient({ credentials: knows(credential), retry: FAST_RETRY, env: {}, ...rest }));
}

/** A source that always returns the same answer. */
export function knows(credential: Credential | undefined): CredentialSource {
  return { find: () => Promise.resolve({ credential, searched: [`the test (${credential === undefined ? 'no entry' : 'found'})`] }) };
}

export const ALICE = { kind: 'basic', username: 'alice', password: 'correct horse' } as const;

/** Content from memory. */
export function contentOf({ bytes }: { readonly descriptor: Descriptor; readonly bytes: Uint8Array }): OpenContent {
  return () => Promise.resolve(Readable.from([bytes], { objectMode: false }));
}

import { type RegistryAnswer } from '../transport/request';

/** What a host says to a stranger at its door, without the body. */
export type DoorAnswer = Pick<RegistryAnswer, 'status' | 'headers' | 'url'>;

/**
 * A host that tells strangers of nothing (404, 403) instead of asking for a login is asked at `/v2/`, where every registry that
 * wants one says so: once a run, whoever wants to know.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#determining-support
 */
export class Door {
  #answer: Promise<DoorAnswer> | undefined;

  /** @param ask what it fails with, all who wait hear; whoever comes later asks anew. */
  ask(ask: () => Promise<DoorAnswer>): Promise<DoorAnswer> {
    this.#answer ??= ask().catch((error: unknown) => {
      this.#answer = undefined;
      throw error;
    });
    return this.#answer;
  }
}

/** Whether an answer may hide what a login would be shown. */
export function mayHide({ status, url }: DoorAnswer, origin: string): boolean {
  return url.origin === origin && (status === 401 || status === 403 || status === 404);
}

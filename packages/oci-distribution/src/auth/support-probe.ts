import { type RegistryAnswer } from '../transport/request';

/** The answer of a host to an anonymous request of `/v2/`, without the body. */
export type ProbeAnswer = Pick<RegistryAnswer, 'status' | 'headers' | 'url'>;

/**
 * Some hosts hide content from anonymous requests (404, 403) instead of asking for a login. Every registry that requires one
 * says so at `/v2/`, which is requested once per run.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#determining-support
 */
export class SupportProbe {
  #answer: Promise<ProbeAnswer> | undefined;

  /** @param ask its failure reaches all waiting callers; later callers ask again. */
  run(ask: () => Promise<ProbeAnswer>): Promise<ProbeAnswer> {
    this.#answer ??= ask().catch((error: unknown) => {
      this.#answer = undefined;
      throw error;
    });
    return this.#answer;
  }
}

/** Whether an answer may hide content that a login would reveal. */
export function mayHideContent({ status, url }: ProbeAnswer, origin: string): boolean {
  return url.origin === origin && (status === 401 || status === 403 || status === 404);
}

import { isOciError, type OciErrorCode } from '..';

declare global {
  // This is how jest's types are extended.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    // The name and type parameters must repeat those of @types/jest.
    interface Matchers<R> {
      /**
       * Passes when a promise, or a function (called without arguments), fails with an `OciError` of `code`;
       * with `message`, its message or hint must match too. Always `await` it.
       */
      toFailWithCode(code: OciErrorCode, message?: RegExp): Promise<R>;
    }
  }
}

type Outcome = { readonly failed: true; readonly error: unknown } | { readonly failed: false };

/** `expect.extend({ toFailWithCode })`, then `await expect(promise).toFailWithCode('NOT_FOUND')`. */
export async function toFailWithCode(received: unknown, code: OciErrorCode, message?: RegExp): Promise<jest.CustomMatcherResult> {
  const outcome = await settle(received);
  const pass = outcome.failed && isOciError(outcome.error, code) && matches(outcome.error, message);
  return {
    pass,
    message: () => `expected ${pass ? 'no' : 'a'} failure with ${code}${message ? ` and ${message}` : ''}, got ${describe(outcome)}`,
  };
}

async function settle(received: unknown): Promise<Outcome> {
  try {
    await (typeof received === 'function' ? (received as () => unknown)() : received);
    return { failed: false };
  } catch (error) {
    return { failed: true, error };
  }
}

function matches(error: { readonly message: string; readonly hint?: string }, pattern: RegExp | undefined): boolean {
  return pattern === undefined || pattern.test(error.message) || pattern.test(error.hint ?? '');
}

function describe(outcome: Outcome): string {
  if (!outcome.failed) return 'no failure';
  const { error } = outcome;
  if (isOciError(error)) return `${error.code}: ${error.message} → ${error.hint ?? 'no hint'}`;
  return error instanceof Error ? (error.stack ?? error.message) : `a thrown value that is not an error: ${String(error)}`;
}

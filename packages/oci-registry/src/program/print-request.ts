import type { RequestLogEntry } from '../options/request-log';

// Of a terminal: a path may contain any byte that an HTTP parser lets through, C1 controls among them.
const CONTROL_CHARACTERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line for one request; more after an error. Safe for a terminal. */
export function printRequest({ startedAt, method, path, status, bytesIn, bytesOut, durationMs, error }: RequestLogEntry): string {
  const time = startedAt.toISOString().slice(11, 23);
  const line = `${time} ${status === 0 ? '---' : status} ${method} ${path} (${bytesIn} bytes in, ${bytesOut} out, ${Math.round(durationMs)} ms)`;
  const text = error ? `${line}\n${error.stack ?? error.message}` : line;
  return text.replace(CONTROL_CHARACTERS, (character) => (character === '\n' ? character : encodeURIComponent(character)));
}

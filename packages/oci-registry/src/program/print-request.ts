import type { RequestLogEntry } from '../options/request-log';

/** One line for one request; a second one after an error. */
export function printRequest({ startedAt, method, path, status, bytesIn, bytesOut, durationMs, error }: RequestLogEntry): string {
  const time = startedAt.toISOString().slice(11, 23);
  const line = `${time} ${status === 0 ? '---' : status} ${method} ${path} (${bytesIn} bytes in, ${bytesOut} out, ${Math.round(durationMs)} ms)`;
  return error ? `${line}\n${error.stack ?? error.message}` : line;
}

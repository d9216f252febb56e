import { isDiskFull } from '../storage/disk-full';
import { answerJson, type Answer } from '../http/answer';

/** The answer to a request that failed; the log has the details. */
export function answerFailed(error: unknown): Answer {
  if (isDiskFull(error)) {
    return explain(507, 'INSUFFICIENT_STORAGE', 'The disk of the registry is full: nothing was stored.');
  }
  const { code } = error as NodeJS.ErrnoException;
  // Content may be deleted between reading its record and opening it.
  if (code === 'ENOENT') return explain(404, 'BLOB_UNKNOWN', 'The content was deleted.');
  if (code === 'EMFILE' || code === 'ENFILE') {
    return explain(503, 'UNAVAILABLE', 'The registry has too many files open: try again.', { 'retry-after': '1' });
  }
  return explain(500, 'UNKNOWN', 'The registry failed; see its log.');
}

function explain(status: number, code: string, message: string, headers?: Readonly<Record<string, string>>): Answer {
  return answerJson(status, { errors: [{ code, message }] }, headers);
}

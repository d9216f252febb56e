import { isDiskFull } from '../storage/disk-full';
import { answerJson, type Answer } from '../http/answer';

/** What a client is told of a request that the registry could not serve; the log has the rest. */
export function answerFailed(error: unknown): Answer {
  if (isDiskFull(error)) {
    return explain(507, 'INSUFFICIENT_STORAGE', 'There is no space left where the registry keeps its content: nothing of this was stored.');
  }
  const { code } = error as NodeJS.ErrnoException;
  // Content is opened after its record was read: it may have been deleted in between.
  if (code === 'ENOENT') return explain(404, 'BLOB_UNKNOWN', 'The content is not there any more: it was deleted.');
  if (code === 'EMFILE' || code === 'ENFILE') {
    return explain(503, 'UNAVAILABLE', 'The registry has too many files open: try again.', { 'retry-after': '1' });
  }
  return explain(500, 'UNKNOWN', 'The registry failed; its log says why.');
}

function explain(status: number, code: string, message: string, headers?: Readonly<Record<string, string>>): Answer {
  return answerJson(status, { errors: [{ code, message }] }, headers);
}

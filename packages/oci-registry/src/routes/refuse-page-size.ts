import type { Answer } from '../http/answer';
import { refuse } from '../http/protocol-error';

export function refusePageSize(): Answer {
  return refuse('UNSUPPORTED', 'n is a whole number: how many entries to list.', { status: 400 });
}

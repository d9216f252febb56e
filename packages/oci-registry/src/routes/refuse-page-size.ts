import type { Answer } from '../http/answer';
import { refuse } from '../protocol-error';

export function refusePageSize(): Answer {
  return refuse('UNSUPPORTED', 'n is a whole number: how many entries to list.', { status: 400 });
}

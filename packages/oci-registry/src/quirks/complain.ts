import { answerJson, type Answer } from '../http/answer';

/** One complaint of a real registry: its own code, in the body that the specification asks for. */
export interface Complaint {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function complain({ status, code, message, headers }: Complaint): Answer {
  return answerJson(status, { errors: [{ code, message }] }, headers);
}

import { answerJson, type Answer } from '../http/answer';

/** An error of a real registry: its own code, in the format of the specification. */
export interface RegistryError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function answerError({ status, code, message, headers }: RegistryError): Answer {
  return answerJson(status, { errors: [{ code, message }] }, headers);
}

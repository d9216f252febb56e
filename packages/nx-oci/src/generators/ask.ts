import { createInterface } from 'node:readline/promises';

import { isInteractive } from './is-interactive';

/** Asks a question, if a user can answer it. @returns the answer without white space around it; `undefined` if none was given */
export async function ask(question: string): Promise<string | undefined> {
  if (!isInteractive()) return undefined;
  const { stdin, stdout } = process;
  const terminal = createInterface({ input: stdin, output: stdout });
  try {
    const answer = (await terminal.question(question)).trim();
    return answer === '' ? undefined : answer;
  } finally {
    terminal.close();
  }
}

import { createInterface } from 'node:readline/promises';

import { nameFolder, type ChosenContext } from '../../../dockerfile-context/choose-context';
import { isInteractive } from '../../is-interactive';

/**
 * Asks which folder a Dockerfile copies from, if its text does not show it and a user can answer.
 *
 * @returns a path from the workspace root; undefined if no question was asked
 */
export async function askContext(dockerfile: string, { folder, reason }: ChosenContext): Promise<string | undefined> {
  const { stdin, stdout } = process;
  if (!isInteractive()) return undefined;
  const terminal = createInterface({ input: stdin, output: stdout });
  try {
    const question = `Which folder does ${dockerfile} copy from? ${reason}. [p] ${nameFolder(folder)} (default), [w] the workspace root: `;
    const answer = (await terminal.question(question)).trim().toLowerCase();
    return answer.startsWith('w') ? '.' : folder;
  } finally {
    terminal.close();
  }
}

/**
 * The hint if the question could not be asked.
 *
 * @param command that takes `--context`, such as `npx nx g nx-oci:image api`
 */
export function openContextHint({ folder, reason }: ChosenContext, command: string): string {
  return `The context is ${nameFolder(folder)}, which is the default: ${reason}. For the workspace root: ${command} --context=. --force`;
}

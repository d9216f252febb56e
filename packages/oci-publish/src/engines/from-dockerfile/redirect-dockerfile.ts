import { OciError } from '@nx-oci/model';

import type { ImageUse } from '../dockerfile/read-dockerfile';
import { readInstructions } from '../dockerfile/read-instructions';

/** A place of a Dockerfile, and the name to write there instead. */
export interface Redirect {
  readonly use: Pick<ImageUse, 'written' | 'line'>;
  readonly name: string;
}

/**
 * A Dockerfile with other names of images in FROM, `--from` and `from=`; every other byte stays, and lines keep their numbers.
 * For builders without named contexts. Pure.
 *
 * @throws OciError `OPTIONS_INVALID` for a name that is not in one piece.
 */
export function redirectDockerfile(text: string, redirects: readonly Redirect[]): string {
  const lines = text.split('\n');
  const starts = readInstructions(text).map(({ line }) => line);
  for (const { use, name } of redirects) {
    let isDone = false;
    const next = starts.find((line) => line > use.line) ?? lines.length + 1;
    for (let index = use.line - 1; index < next - 1 && !isDone; index++) {
      const replaced = replaceWord(lines[index] ?? '', use.written, name);
      if (replaced === undefined) continue;
      lines[index] = replaced;
      isDone = true;
    }
    if (!isDone) throw notFound(use);
  }
  return lines.join('\n');
}

function notFound({ written, line }: Redirect['use']): OciError {
  return new OciError(
    'OPTIONS_INVALID',
    `Cannot build with ${written} of this workspace: line ${line} of the Dockerfile does not have it in one piece.`,
    {
      hint: 'Write the name of the image in one line, without quotes.',
    },
  );
}

/** @returns `undefined` if the line does not have it as a whole word, or as the value of a flag. */
function replaceWord(line: string, word: string, name: string): string | undefined {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const pattern = new RegExp(String.raw`(^|[\s=,])${escaped}(?=$|[\s,\\])`);
  return pattern.test(line) ? line.replace(pattern, (_, before: string) => `${before}${name}`) : undefined;
}

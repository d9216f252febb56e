import { createInterface } from 'node:readline/promises';

import { OciError } from '@nx-oci/model';

import { isInteractive } from '../is-interactive';
import { type App, type Kind } from './options/kind';
import { files } from './kinds/files';
import { KINDS } from './kinds/kinds';

export interface ChosenKind {
  readonly kind: Kind;
  /** The sign of this kind. */
  readonly reason: string;
  readonly note?: string;
}

/**
 * The kind of a project's image: `--kind`, else the first one that recognises the project.
 *
 * @throws OciError `OPTIONS_INVALID` if none is detected and no user can answer: a wrong guess would only fail when the container
 *   runs
 */
export async function chooseKind(app: App): Promise<ChosenKind> {
  const { kind: wanted, project } = app.options;
  const given = KINDS.find(({ name }) => name === wanted);
  if (given !== undefined) return { kind: given, reason: `--kind=${given.name}` };
  for (const kind of KINDS) {
    const reason = kind.detect(app);
    if (reason !== undefined) return { kind, reason, ...(kind === files && { note: otherKindNote(app) }) };
  }
  for (const kind of KINDS) {
    const reason = kind.detectLast?.(app);
    if (reason !== undefined) return { kind, reason };
  }
  const answer = await askKind(project);
  if (answer !== undefined) return { kind: answer, reason: 'as answered' };
  throw new OciError(
    'OPTIONS_INVALID',
    `Cannot give ${project} an image: nothing in its targets and dependencies says what kind of program it is.`,
    {
      hint: 'Use --kind=node for a program that Node runs, --kind=static with --from for the files of a page, --kind=binary with --main for one program, or --kind=files with --from, --base and --cmd for files as they are; or write a Dockerfile.',
    },
  );
}

/** Options that name files override the detected kind, which may be a mistake for a service. */
function otherKindNote(app: App): string {
  for (const { name, detect } of KINDS.filter((kind) => kind !== files && kind.name !== 'dockerfile')) {
    const reason = detect(app);
    if (reason !== undefined) return ` It looks like ${name} (${reason}): --kind=${name} gives it what that needs.`;
  }
  return '';
}

async function askKind(project: string): Promise<Kind | undefined> {
  if (!isInteractive()) return undefined;
  const { stdin, stdout } = process;
  const terminal = createInterface({ input: stdin, output: stdout });
  try {
    const names = KINDS.map(({ name }) => name);
    const answer = (await terminal.question(`What kind of image does ${project} get (${names.join(', ')})? `)).trim();
    return KINDS.find(({ name }) => name === answer);
  } finally {
    terminal.close();
  }
}

import { createInterface } from 'node:readline/promises';

import { readChoices } from '@nx-oci/publish';

import { type ImageOptions } from '../options/image-options';
import { isInteractive } from '../../is-interactive';

/** The stage of a Dockerfile to build, and its arguments. */
export interface ChosenStage {
  readonly stage?: string;
  readonly buildArgs?: Readonly<Record<string, string | null>>;
  /** The choices that were left open, and how to make them. */
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

/** The given stage and arguments; a terminal asks for those that the Dockerfile leaves open, otherwise notes name them. */
export async function chooseStage(text: string, options: ImageOptions): Promise<ChosenStage> {
  const { products, stages, openArguments } = readChoices(text);
  const { given, problems } = readArguments(options.buildArgs ?? []);
  const isUnknown = options.stage !== undefined && !stages.includes(options.stage.toLowerCase()) && !/^\d+$/.test(options.stage);
  const all = [
    ...problems,
    ...(isUnknown
      ? [`\`--stage\` names ${options.stage ?? ''}, which no stage of the Dockerfile is called → use ${stages.join(', ')}`]
      : []),
  ];
  if (all.length > 0) return { notes: [], problems: all };
  const last = products.at(-1) ?? '';
  const isStageOpen = options.stage === undefined && products.length > 1;
  const missing = openArguments.filter((name) => !(name in given));
  const asked = isInteractive() ? await ask(isStageOpen ? products : [], missing) : undefined;
  const stage = options.stage ?? (asked?.stage === last ? undefined : asked?.stage);
  const buildArgs = { ...given, ...asked?.buildArgs };
  const left = missing.filter((name) => !(name in buildArgs));
  return {
    ...(stage !== undefined && { stage }),
    ...(Object.keys(buildArgs).length > 0 && { buildArgs }),
    notes: [...(isStageOpen && asked === undefined ? [stageNote(products)] : []), ...argumentNotes(left)],
    problems: [],
  };
}

function stageNote(products: readonly string[]): string {
  const others = products.slice(0, -1).map((name) => `--stage=${name}`);
  return `Stage: ${products.at(-1) ?? ''}, the last of its Dockerfile. For another one: ${others.join(', ')}.`;
}

const SECRET = /token|secret|password|passwd|credential|(?:^|_)key$/i;

function argumentNotes(names: readonly string[]): readonly string[] {
  const [secrets, open] = [names.filter((name) => SECRET.test(name)), names.filter((name) => !SECRET.test(name))];
  return [
    ...(open.length === 0
      ? []
      : [
          `Arguments without a value: ${open.join(', ')}. To set one: --buildArgs=${open[0] ?? ''}=VALUE; --buildArgs=${open[0] ?? ''} takes it from the environment of the build.`,
        ]),
    ...(secrets.length === 0
      ? []
      : [
          `Warning: ${secrets.join(', ')} looks like a secret, and arguments are in the history of an image. → Use RUN --mount=type=secret and \`secrets\` of the target.`,
        ]),
  ];
}

/** `NAME=value`; `NAME` for one of the environment. */
function readArguments(written: readonly string[]): {
  readonly given: Readonly<Record<string, string | null>>;
  readonly problems: readonly string[];
} {
  const problems = written
    .filter((text) => !/^[A-Za-z_]\w*(?:=|$)/.test(text))
    .map((text) => `\`--buildArgs\`: ${JSON.stringify(text)} has no name → write NAME=VALUE`);
  const pairs = written.map((text): [string, string | null] => {
    const at = text.indexOf('=');
    return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
  });
  return { given: Object.fromEntries(pairs), problems };
}

async function ask(products: readonly string[], names: readonly string[]): Promise<Pick<ChosenStage, 'stage' | 'buildArgs'>> {
  if (products.length === 0 && names.length === 0) return {};
  const { stdin, stdout } = process;
  const terminal = createInterface({ input: stdin, output: stdout });
  try {
    const question = `Which stage of the Dockerfile is the image (${products.join(', ')}; default ${products.at(-1) ?? ''})? `;
    const answer = products.length === 0 ? '' : (await terminal.question(question)).trim().toLowerCase();
    const buildArgs: Record<string, string> = {};
    for (const name of names.filter((one) => !SECRET.test(one))) {
      const value = (await terminal.question(`Value of the argument ${name} (empty for none): `)).trim();
      if (value !== '') buildArgs[name] = value;
    }
    return { ...(products.includes(answer) && { stage: answer }), buildArgs };
  } finally {
    terminal.close();
  }
}

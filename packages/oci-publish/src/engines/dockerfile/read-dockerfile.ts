import { toContextPath, type ContextSource } from './context-source';
import { expandVariables, UNKNOWN, type Variables } from './expand-variables';
import { splitFlags } from './instruction-words';
import { instructionReads } from './instruction-reads';
import { imageNamed, type NamedContexts } from './named-contexts';
import { type Instruction } from './read-instructions';
import { findStage, readStages, type Stage } from './read-stages';
import { readAssignments } from './variables';

/** What the image of a Dockerfile consists of, as far as its text shows. */
export interface DockerfileReading {
  /** Each once, in the order of their lines. */
  readonly sources: readonly ContextSource[];
  /** The commands of RUN, including here-documents. */
  readonly commands: readonly string[];
  /** External images that it is based on or copies from; without those whose name only the builder knows. */
  readonly images: readonly string[];
  /** The same, wherever the file names them, in the order of their lines; without those that a build context replaces. */
  readonly uses: readonly ImageUse[];
  /** Whether there are others, whose name only the builder knows. */
  readonly hasUnknownImage: boolean;
  /** Whether a stage copies nothing itself, so that its image may do so, by ONBUILD. */
  readonly hasBareStage: boolean;
  /** Whether one of these may be a stage of this file (only the builder knows): then it may read more than `sources`. */
  readonly hasUnknownStage: boolean;
}

/** A place in a Dockerfile that names an image: FROM, COPY --from, or a mount of RUN. */
export interface ImageUse {
  /** With its variables expanded. */
  readonly reference: string;
  readonly written: string;
  /** The first line of the instruction, from 1. */
  readonly line: number;
  /** Whether it asks for a platform, such as that of the builder, whatever the image is built for. */
  readonly hasOwnPlatform?: true;
}

export interface ReadingOptions {
  /** Name or index of the stage that is built; the last one by default. */
  readonly stage?: string;
  /** Values of ARG; `undefined` for one that the environment of the build sets. */
  readonly buildArgs?: Readonly<Record<string, string | undefined>>;
  /** They take the place of images of the same name. */
  readonly buildContexts?: NamedContexts;
}

/**
 * Reads what the image of a Dockerfile consists of. Skips stages that the image does not need, as BuildKit does. Pure.
 */
export function readDockerfile(text: string, { stage, buildArgs = {}, buildContexts }: ReadingOptions = {}): DockerfileReading {
  const { stages, globals } = readStages(text, buildArgs);
  const target = (stage === undefined ? undefined : findStage(stages, stage)) ?? stages.at(-1);
  const found = new Map<Stage, StageReading>();
  const pending = target === undefined ? [] : [target];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (found.has(next)) continue;
    const reading = readStage(next, stages, { globals, buildArgs });
    found.set(next, reading);
    pending.push(...reading.stages);
  }
  const readings = stages.flatMap((one) => found.get(one) ?? []);
  const uses = readings.flatMap((reading) => reading.uses);
  const images = new Set(uses.flatMap(({ reference }) => imageNamed(reference, buildContexts) ?? []));
  const isKnown = (reference: string): boolean => !reference.includes(UNKNOWN) && reference !== 'scratch';
  return {
    hasUnknownImage: [...images].some((image) => image.includes(UNKNOWN)),
    hasUnknownStage: [...images].some((image) => image.includes(UNKNOWN) && !/[/:@]/.test(image)),
    hasBareStage: readings.some(({ isBare }) => isBare),
    sources: withoutRepeats(readings.flatMap((reading) => reading.sources)),
    commands: readings.flatMap((reading) => reading.commands),
    images: [...images].filter(isKnown),
    uses: uses
      .filter(({ reference }) => isKnown(reference) && imageNamed(reference, buildContexts) === reference)
      .toSorted((a, b) => a.line - b.line),
  };
}

/**
 * The base image of the stage to build, as written; `undefined` for `scratch`, and for a name that only the builder knows. Pure.
 */
export function readBaseReference(text: string, { stage, buildArgs = {}, buildContexts }: ReadingOptions = {}): string | undefined {
  const { stages } = readStages(text, buildArgs);
  let { base } = (stage === undefined ? undefined : findStage(stages, stage)) ?? stages.at(-1) ?? { base: 'scratch' };
  while (typeof base !== 'string') base = base.base;
  return base === 'scratch' || base.includes(UNKNOWN) ? undefined : imageNamed(base, buildContexts);
}

interface StageReading extends Pick<DockerfileReading, 'sources' | 'commands' | 'uses'> {
  /** The stages that it consists of. */
  readonly stages: readonly Stage[];
  /** Whether it copies nothing, and is based on an image. */
  readonly isBare: boolean;
}

interface Arguments {
  readonly globals: Variables;
  readonly buildArgs: Readonly<Record<string, string | undefined>>;
}

function readStage(stage: Stage, all: readonly Stage[], args: Arguments): StageReading {
  const stages: Stage[] = [];
  const uses: ImageUse[] = [];
  const use = (other: Stage | string, written: string, line: number, hasOwnPlatform = false): void => {
    if (typeof other === 'string') uses.push({ reference: other, written, line, ...(hasOwnPlatform && { hasOwnPlatform }) });
    else stages.push(other);
  };
  const { written, line, hasOwnPlatform } = stage.from;
  use(stage.base, written, line, hasOwnPlatform);
  const sources: ContextSource[] = [];
  const commands: string[] = [];
  const variables = new Map(typeof stage.base === 'string' ? [] : variablesOf(stage.base, args));
  const before = all.slice(0, all.indexOf(stage));
  for (const instruction of stage.instructions) {
    define(instruction, variables, args);
    for (const { from, source } of instructionReads(instruction)) {
      const name = from === undefined ? undefined : expandVariables(from, args.globals);
      if (from !== undefined && name !== undefined) use(findStage(before, name) ?? name, from, instruction.line);
      else sources.push({ ...toContextPath(expandVariables(source, variables)), exclude: excludesOf(instruction), line: instruction.line });
    }
    if (instruction.word === 'RUN') commands.push([splitFlags(instruction.rest).words.join(' '), ...instruction.documents].join('\n'));
  }
  const isBare =
    typeof stage.base === 'string' && stage.base !== 'scratch' && !stage.instructions.some(({ word }) => /^(COPY|ADD)$/.test(word));
  return { sources, commands, stages, uses, isBare };
}

/** The variables that ARG and ENV set in a stage and in those it is based on. */
function variablesOf({ base, instructions }: Stage, args: Arguments): Map<string, string> {
  const variables = new Map(typeof base === 'string' ? [] : variablesOf(base, args));
  for (const instruction of instructions) define(instruction, variables, args);
  return variables;
}

function define({ word, rest }: Instruction, variables: Map<string, string>, { globals, buildArgs }: Arguments): void {
  if (word === 'ENV') for (const [name, value] of readAssignments(rest, variables)) variables.set(name, value);
  if (word !== 'ARG') return;
  for (const [name, value] of readAssignments(rest, new Map([...globals, ...variables]), buildArgs)) {
    // ENV takes precedence over ARG; if they differ, builders disagree.
    const isOpen = !variables.has(name) || variables.get(name) === value;
    variables.set(name, isOpen ? value : UNKNOWN);
  }
}

function excludesOf({ rest }: Instruction): readonly string[] {
  return splitFlags(rest).flags.flatMap(({ name, value }) => (name === 'exclude' ? [value] : []));
}

function withoutRepeats(sources: readonly ContextSource[]): readonly ContextSource[] {
  const keyOf = ({ path, exclude }: ContextSource): string => JSON.stringify([path, exclude]);
  const first = new Map<string, ContextSource>();
  for (const source of sources.toSorted((a, b) => a.line - b.line)) if (!first.has(keyOf(source))) first.set(keyOf(source), source);
  return [...first.values()];
}

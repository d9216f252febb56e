import { expandVariables, type Variables } from './expand-variables';
import { splitFlags } from './instruction-words';
import { readInstructions, type Instruction } from './read-instructions';
import { readAssignments } from './variables';

/** A stage of a Dockerfile: everything from one FROM to the next. */
export interface Stage {
  /** Its index as text, and its name in lower case if it has one. */
  readonly names: readonly string[];
  /** Its base: an earlier stage, or the name of an image. Known variables are expanded. */
  readonly base: Stage | string;
  /** Its base as written, and the line of its FROM. */
  readonly from: { readonly written: string; readonly line: number; readonly hasOwnPlatform: boolean };
  /** Those that run in it: its own, after the ONBUILD triggers of its base stage. */
  readonly instructions: readonly Instruction[];
}

export interface StageList {
  readonly stages: readonly Stage[];
  /** The values of ARG before the first FROM, with the build arguments. */
  readonly globals: Variables;
}

/**
 * Reads the stages of a Dockerfile.
 *
 * @param buildArgs values of ARG; `undefined` for one that only the environment of the build sets
 */
export function readStages(text: string, buildArgs: Readonly<Record<string, string | undefined>> = {}): StageList {
  const stages: (Omit<Stage, 'instructions'> & { instructions: Instruction[] })[] = [];
  let globals: Variables = new Map();
  for (const instruction of readInstructions(text)) {
    const stage = stages.at(-1);
    if (instruction.word === 'FROM') {
      const { flags, words } = splitFlags(instruction.rest);
      const [written = '', , name] = words;
      const base = expandVariables(written, globals);
      const below = findStage(stages, base);
      const names = [String(stages.length), ...(name === undefined ? [] : [name.toLowerCase()])];
      const hasOwnPlatform = flags.some((flag) => flag.name === 'platform' && !/\bTARGET(?:PLATFORM|OS|ARCH)/.test(flag.value));
      const from = { written, line: instruction.line, hasOwnPlatform };
      stages.push({ names, base: below ?? base, from, instructions: below === undefined ? [] : triggersOf(below) });
    } else if (stage !== undefined) stage.instructions.push(instruction);
    else if (instruction.word === 'ARG') globals = new Map([...globals, ...readAssignments(instruction.rest, globals, buildArgs)]);
  }
  return { stages, globals };
}

/** The stage of that name or index; names are case-insensitive, and the last one of a name counts. */
export function findStage<Found extends Pick<Stage, 'names'>>(stages: readonly Found[], name: string): Found | undefined {
  return stages.findLast(({ names }) => names.includes(name.toLowerCase()));
}

function triggersOf({ instructions }: Pick<Stage, 'instructions'>): Instruction[] {
  return instructions
    .filter(({ word }) => word.startsWith('ONBUILD '))
    .map((instruction) => ({ ...instruction, word: instruction.word.slice('ONBUILD '.length) }));
}

import { instructionReads } from './instruction-reads';
import { findStage, readStages, type Stage } from './read-stages';

/** What a Dockerfile leaves to the one who builds it. */
export interface DockerfileChoices {
  /** Names (or numbers) of the stages that no other one uses, in their order: each is an image of its own. The last is built by default. */
  readonly products: readonly string[];
  /** Names of all stages, numbers for those without one. */
  readonly stages: readonly string[];
  /** Names of ARG without a value, other than those that builders set. */
  readonly openArguments: readonly string[];
}

/** @see https://docs.docker.com/reference/dockerfile/#predefined-args */
const SET_BY_BUILDERS =
  /^(?:(?:https?|ftp|no|all)_proxy|(?:BUILD|TARGET)(?:PLATFORM|OS|ARCH|VARIANT)|TARGETSTAGE|SOURCE_DATE_EPOCH|BUILDKIT_\w+)$/i;

/** Reads what a Dockerfile leaves open. Pure. */
export function readChoices(text: string): DockerfileChoices {
  const { stages } = readStages(text);
  const used = new Set(stages.flatMap((stage, index) => usedBy(stage, stages.slice(0, index))));
  const products = stages.filter((stage, index) => !used.has(stage) || index === stages.length - 1);
  const declared = [...text.matchAll(/^[ \t]*ARG[ \t]+(.*)$/gim)].flatMap(([, rest = '']) =>
    rest.split(/\s+/).filter((word) => word !== ''),
  );
  const valued = new Set(declared.filter((word) => word.includes('=')).map((word) => word.split('=')[0]));
  const open = declared.filter((word) => /^\w+$/.test(word) && !valued.has(word) && !SET_BY_BUILDERS.test(word));
  return { products: products.map(nameOf), stages: stages.map(nameOf), openArguments: [...new Set(open)] };
}

function usedBy({ base, instructions }: Stage, before: readonly Stage[]): readonly Stage[] {
  const copied = instructions
    .flatMap((instruction) => instructionReads(instruction))
    .flatMap(({ from }) => (from === undefined ? [] : (findStage(before, from) ?? [])));
  return typeof base === 'string' ? copied : [base, ...copied];
}

function nameOf({ names }: Stage): string {
  return names.at(-1) ?? '';
}

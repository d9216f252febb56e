import { type Document } from 'yaml';

import { type Finding, type Problem } from '../text/problem';
import { matchRegistries } from './match-registries';
import { type RawRegistries } from './registries-schema';
import { readYaml } from './yaml/yaml-file';

/** registries.yaml, read and checked; its variables are not replaced. */
export interface ParsedRegistries {
  readonly document: Document;
  /** The file as plain values, whatever its shape. */
  readonly data: unknown;
  /** Everything that is wrong, in the order of the file. Where there is something, `content` is empty. */
  readonly problems: readonly Problem[];
  readonly content: RawRegistries;
  /** Puts line and column to a later finding. */
  place(finding: Finding): Problem;
}

/** Parses the text of registries.yaml. Mistakes are values: all of them at once, in `problems`. */
export function parseRegistries(text: string): ParsedRegistries {
  const yaml = readYaml(text);
  const { content, findings } = matchRegistries(yaml.data);
  const problems = [...yaml.problems, ...findings.map((finding) => yaml.place(finding))].sort(byPlace);
  return {
    document: yaml.document,
    data: yaml.data,
    problems,
    content: problems.length === 0 ? (content ?? {}) : {},
    place: (finding) => yaml.place(finding),
  };
}

function byPlace(left: Problem, right: Problem): number {
  return left.line - right.line || left.column - right.column;
}

import { splitFlags } from './instruction-words';
import { readInstructions } from './read-instructions';

/**
 * The names of the labels that a Dockerfile gives the image of a stage, including those of the stages it is based on.
 *
 * Only the names: values may contain variables that only the builder knows. A name with such a variable is left out.
 *
 * @param stage name or index; the last one by default.
 * @see https://docs.docker.com/reference/dockerfile/#label
 */
export function readDockerfileLabels(text: string, stage?: string): ReadonlySet<string> {
  const stages = new Map<string, ReadonlySet<string>>();
  let current: Stage = { names: ['0'], labels: new Set() };
  let count = 0;
  for (const { word, rest } of readInstructions(text)) {
    if (word === 'FROM') {
      const [base = '', , name] = splitFlags(rest.toLowerCase()).words;
      current = { names: [String(count++), ...(name === undefined ? [] : [name])], labels: new Set(stages.get(base) ?? []) };
    }
    if (word === 'LABEL') current = { ...current, labels: new Set([...current.labels, ...labelNames(rest)]) };
    for (const name of current.names) stages.set(name, current.labels);
  }
  return stages.get(stage?.toLowerCase() ?? '') ?? current.labels;
}

interface Stage {
  readonly names: readonly string[];
  readonly labels: ReadonlySet<string>;
}

const QUOTED = String.raw`"(?:[^"\\]|\\.)*"|'[^']*'`;
const PAIR = new RegExp(String.raw`(${QUOTED}|[^\s="']+)=(?:${QUOTED}|[^\s"'\\]|\\.)*`, 'g');

function labelNames(rest: string): readonly string[] {
  const pairs = [...rest.matchAll(PAIR)].map(([, name = '']) => name.replace(/^(["'])(.*)\1$/, '$2'));
  // The old form, without an equals sign: one name, then its value.
  const names = /^[^\s=]+\s+[^=]/.test(rest) ? [rest.split(/\s+/)[0] ?? ''] : pairs;
  return names.filter((name) => !name.includes('$'));
}

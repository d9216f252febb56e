import { plainText, style } from '@nx-oci/publish';

import { type EngineDiagnosis } from './check-engines';
import { type RegistryDiagnosis, type Step, type StepOutcome } from './diagnosis';

/** Everything that a doctor found. */
export interface Diagnosis {
  /** What is wrong with publish targets, each in its own words. */
  readonly problems: readonly string[];
  /** What may go wrong one day, each in its own words; keeps nothing from being published. */
  readonly warnings: readonly string[];
  readonly registries: readonly RegistryDiagnosis[];
  /** Those that images are made by. */
  readonly engines: readonly EngineDiagnosis[];
}

/** Whether something keeps images from being published. */
export function needsFixing({ problems, registries, engines }: Diagnosis): boolean {
  return problems.length > 0 || engines.some(isMissing) || registries.some(hasFailed);
}

/** A block for each registry, a line for each step, and a verdict. */
export function renderDiagnosis(diagnosis: Diagnosis): string {
  const { problems, warnings, registries, engines } = diagnosis;
  return [
    ...problems.map((problem) => `${style.red('✖')} ${plainText(problem)}`),
    ...warnings.map((warning) => `${style.yellow('•')} ${plainText(warning)}`),
    ...registries.map(renderRegistry),
    ...engines.map((engine) => [style.bold(engine.name), renderLine(engine, '')].join('\n')),
    style.bold(verdictOf(diagnosis)),
  ].join('\n');
}

function renderRegistry({ name, place, steps }: RegistryDiagnosis): string {
  const seen = new Set<string>();
  const lines = steps.map((step) => {
    // A hint that stands above already would only make the list longer.
    const { hint, ...rest } = step;
    const isNew = hint !== undefined && !seen.has(hint);
    if (hint !== undefined) seen.add(hint);
    return renderLine(isNew ? step : rest, step.name.padEnd(7));
  });
  return [`${style.bold(name)}  ${place}`, ...lines].join('\n');
}

const MARKS: Readonly<Record<StepOutcome, string>> = {
  passed: style.green('✔'),
  info: style.yellow('•'),
  failed: style.red('✖'),
  skipped: style.dim('-'),
};

/** @param title with the space that follows it. */
function renderLine({ outcome, text, hint }: Pick<Step, 'outcome' | 'text' | 'hint'>, title: string): string {
  const indent = ' '.repeat(4 + title.length);
  const below = (words: string): string => plainText(words).replaceAll('\n', `\n${indent}`);
  const said = outcome === 'skipped' ? style.dim(below(text)) : below(text);
  const line = `  ${MARKS[outcome]} ${title}${said}`;
  return hint === undefined ? line : `${line}\n${indent}→ ${below(hint)}`;
}

function hasFailed({ steps }: RegistryDiagnosis): boolean {
  return steps.some(({ outcome }) => outcome === 'failed');
}

function isMissing({ outcome }: EngineDiagnosis): boolean {
  return outcome === 'failed';
}

const VERDICTS: readonly (string | undefined)[] = [undefined, 'It works.', 'Both work.'];

function verdictOf(diagnosis: Diagnosis): string {
  const { registries, engines, problems } = diagnosis;
  const count = registries.length + engines.length;
  if (!needsFixing(diagnosis)) return VERDICTS[count] ?? `All ${count} work.`;
  const names = [...registries.filter(hasFailed), ...engines.filter(isMissing)].map(({ name }) => name);
  const targets = problems.length === 0 ? [] : ['the options of publish targets'];
  return `Needs fixing: ${[...names, ...targets].join(', ')}.`;
}

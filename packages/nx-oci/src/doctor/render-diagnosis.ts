import { plainText, renderTable, type Row, style } from '@nx-oci/publish';

import { type EngineDiagnosis } from './check-engines';
import { type RegistryDiagnosis, type Step, type StepOutcome } from './diagnosis';

/** All results of the doctor. */
export interface Diagnosis {
  /** Problems of publish targets, one text each. */
  readonly problems: readonly string[];
  /** Possible future problems, one text each, which do not prevent a publish. */
  readonly warnings: readonly string[];
  readonly registries: readonly RegistryDiagnosis[];
  /** The engines that build images. */
  readonly engines: readonly EngineDiagnosis[];
}

/** Whether something prevents images from being published. */
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
    ...engines.map((engine) => [style.bold(engine.name), renderTable(rowsOf(engine))].join('\n')),
    style.bold(verdictOf(diagnosis)),
  ].join('\n');
}

function renderRegistry({ name, address, steps }: RegistryDiagnosis): string {
  const seen = new Set<string>();
  const rows = steps.flatMap((step) => {
    // A hint is shown only once.
    const { hint, ...rest } = step;
    const isNew = hint !== undefined && !seen.has(hint);
    if (hint !== undefined) seen.add(hint);
    return rowsOf(isNew ? step : rest, step.name);
  });
  return [`${style.bold(name)}  ${address}`, renderTable(rows)].join('\n');
}

const MARKS: Readonly<Record<StepOutcome, string>> = {
  passed: style.green('✔'),
  info: style.yellow('•'),
  failed: style.red('✖'),
  skipped: style.dim('-'),
};

/** A row for each line of a text, and of the hint below it. */
function rowsOf({ outcome, text, hint }: Pick<Step, 'outcome' | 'text' | 'hint'>, title?: string): readonly Row[] {
  const tone = outcome === 'skipped' ? style.dim : (words: string): string => words;
  const lines = [...plainText(text).split('\n').map(tone), ...(hint === undefined ? [] : `→ ${plainText(hint)}`.split('\n'))];
  return lines.map((line, index) => {
    const start = index === 0 ? `  ${MARKS[outcome]}${title === undefined ? '' : ` ${title}`}` : '';
    // One space after a mark alone.
    return title === undefined ? [`${start === '' ? '   ' : start} ${line}`] : [start, line];
  });
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

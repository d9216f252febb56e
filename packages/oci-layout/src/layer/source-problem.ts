import { OciError } from '@nx-oci/model';

/** Something wrong with the files that a layer was to be made of. */
export interface SourceProblem {
  readonly kind: 'missing' | 'invalid';
  /** What, and why: one line. */
  readonly text: string;
  readonly hint: string;
}

export const MISSING_HINT = 'Did the target that makes these files run? Name it in `dependsOn` of the image target, or correct `from`.';

/** @throws OciError `LAYER_SOURCE_MISSING` or `LAYER_SOURCE_INVALID`, with every problem in it, when there is any. */
export function refuseProblems(problems: readonly SourceProblem[]): void {
  if (problems.length === 0) return;
  const isMissing = problems.some(({ kind }) => kind === 'missing');
  const lines = problems.map(({ text }) => (problems.length === 1 ? ` ${text}` : `\n  ${text}`));
  throw new OciError(isMissing ? 'LAYER_SOURCE_MISSING' : 'LAYER_SOURCE_INVALID', `Cannot build the image:${lines.join('')}`, {
    hint: [...new Set(problems.map(({ hint }) => hint))].join(' '),
  });
}

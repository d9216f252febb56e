import { OciError } from '@nx-oci/model';

/** A problem with the files of a layer. */
export interface SourceProblem {
  readonly kind: 'missing' | 'invalid';
  /** One line. */
  readonly text: string;
  readonly hint: string;
}

export const MISSING_HINT = 'Create these files first, or correct `from`.';

/** @throws OciError `LAYER_SOURCE_MISSING` or `LAYER_SOURCE_INVALID` with all problems, if there are any. */
export function throwProblems(problems: readonly SourceProblem[]): void {
  if (problems.length === 0) return;
  const isMissing = problems.some(({ kind }) => kind === 'missing');
  const lines = problems.map(({ text }) => (problems.length === 1 ? ` ${text}` : `\n  ${text}`));
  throw new OciError(isMissing ? 'LAYER_SOURCE_MISSING' : 'LAYER_SOURCE_INVALID', `Cannot build the image:${lines.join('')}`, {
    hint: [...new Set(problems.map(({ hint }) => hint))].join(' '),
  });
}

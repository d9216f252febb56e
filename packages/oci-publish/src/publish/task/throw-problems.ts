import { OciError } from '@nx-oci/model';

/** Joins problems into one error. @throws OciError `OPTIONS_INVALID` when there are any. */
export function throwProblems(what: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const list = problems.length === 1 ? ` ${problems[0] ?? ''}` : problems.map((problem) => `\n  - ${problem}`).join('');
  throw new OciError('OPTIONS_INVALID', `${what}:${list}`);
}

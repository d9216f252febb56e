import { OciError } from '@nx-oci/model';

/** @throws OciError `OPTIONS_INVALID` with all problems, if there are any */
export function throwProblems(what: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const list = problems.length === 1 ? ` ${problems[0] ?? ''}` : problems.map((problem) => `\n  - ${problem}`).join('');
  throw new OciError('OPTIONS_INVALID', `${what}:${list}`);
}

import { describeIssue, flattenUnions, nameAt, problemIn } from '../text/describe-issue';
import { matchSchema } from '../text/match-schema';
import { type Finding, type YamlPath } from '../text/problem';
import { showCaret } from '../tags/grammar/rule-problem';
import { checkNames } from './check-file';
import { registriesSchema, type RawRegistries } from './registries-schema';
import { explainUnknownKey } from './unknown-keys';

type Issue = Parameters<typeof describeIssue>[0];

/** The content of registries.yaml, or all problems with it. */
export interface MatchedRegistries {
  /** Absent if there are problems. */
  readonly content?: RawRegistries;
  readonly findings: readonly Finding[];
}

/** @param data registries.yaml, or the registries that a program passes, as plain values. */
export function matchRegistries(data: unknown): MatchedRegistries {
  const { data: content, error } = matchSchema(registriesSchema, data);
  const findings = [...describeIssues(error?.issues ?? []), ...checkNames(data)];
  return { ...(content && findings.length === 0 && { content }), findings };
}

function describeIssues(written: readonly Issue[]): readonly Finding[] {
  const issues = flattenUnions(written);
  const unknown = issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [];
    const keys = { known: issue.message.split(' '), present: Object.keys(issue.input ?? {}) };
    return issue.keys.map((key) => explainUnknownKey(issue.path as YamlPath, key, keys));
  });
  // A misspelt key is reported once, not as an unknown key and a missing one.
  const meant = new Set(unknown.map((key) => JSON.stringify(key.meant)));
  // A number in place of a secret is not to be put in quotes: what our own check says of it is enough.
  const explained = new Set(issues.filter(({ code }) => code === 'custom').map(({ path }) => JSON.stringify(path)));
  const others = issues.filter(
    (issue) =>
      issue.code !== 'unrecognized_keys' &&
      !meant.has(JSON.stringify(keyOf(issue))) &&
      !(issue.code === 'invalid_type' && explained.has(JSON.stringify(issue.path))),
  );
  return [...unknown.map(({ finding }) => finding), ...others.map(describe)];
}

/** The path of an issue; for a missing key, its path. */
function keyOf(issue: Issue): YamlPath {
  const { path = [], missing } = problemIn(issue) ?? {};
  const all = issue.path as YamlPath;
  return missing === undefined ? all : [...all.slice(0, all.length - path.length), ...missing];
}

function describe(issue: Issue): Finding {
  const path = issue.path as YamlPath;
  const problem = problemIn(issue);
  if (problem !== undefined) {
    const { what, fix, isKey = false } = problem;
    return { path, part: isKey ? 'key' : 'value', what, fix: fix + showCaret(problem) };
  }
  const diagnostic = describeIssue(issue, nameAt(path));
  return issue.input === undefined ? { path: path.slice(0, -1), part: 'key', ...diagnostic } : { path, part: 'value', ...diagnostic };
}

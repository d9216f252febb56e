import { type TagCandidate, commitName, NO_COMMIT } from './tag-candidate';
import { formatDate, hasTime } from './rules/date-format';
import { fillTemplate } from './fill-template';
import { applyMatch } from './match-rule';
import { explainNoBranch, type TagFacts } from './tag-facts';
import { slug } from './rules/tag-grammar';
import { type RuleSource } from './rules/tag-rule';
import { channelTag, latestTag, lineTag, versionTag } from './version-rules';

/** What one rule gives, or why it gives nothing. */
export function applyRule(rule: RuleSource, facts: TagFacts): TagCandidate | string {
  switch (rule.kind) {
    case 'sha':
      return commitTag(rule.length, facts);
    case 'hash':
      return hashTag(rule.length, facts);
    case 'version':
      return versionTag(facts.version);
    case 'major':
    case 'minor':
      return lineTag(rule.kind, rule.allowZero, facts.version);
    case 'latest':
      return latestTag(facts.version);
    case 'channel':
      return channelTag(rule.name, rule.stable, facts.version);
    case 'edge':
      return edgeTag(facts);
    case 'branch':
      return branchTag(facts);
    case 'pr':
      return pullRequestTag(facts);
    case 'date':
      return dateTag(rule, facts);
    case 'match':
      return applyMatch(rule, facts);
    case 'literal':
      return { text: rule.tag, isFloating: true };
    case 'template':
      return fillTemplate(rule, facts);
  }
}

function commitTag(length: number, facts: TagFacts): TagCandidate | string {
  const name = commitName(length, facts);
  return name === undefined ? NO_COMMIT : { ...name, isFloating: facts.isDirty };
}

function dateTag({ of, format, timeZone }: RuleSource & { readonly kind: 'date' }, facts: TagFacts): TagCandidate | string {
  const time = of === 'commit' ? facts.commitTime : facts.nowMs;
  if (time === undefined) return NO_COMMIT;
  return { text: formatDate(new Date(time).getTime(), format, timeZone), isFloating: !hasTime(format) };
}

function hashTag(length: number, { contentHash }: TagFacts): TagCandidate | string {
  if (contentHash === undefined)
    return 'no digest depends on the content alone: the image is not built yet, or its engine added the commit during the build';
  return { text: contentHash.slice(0, length), isFloating: false, isContentAddressed: true };
}

const EVENT_NAMES = { pullRequest: 'a pull request', tag: 'a git tag' } as const;

function edgeTag({ isOnDefaultBranch, defaultBranch, branch, event }: TagFacts): TagCandidate | string {
  // A tag at the tip of the branch was built as the branch already, and perhaps long ago.
  const isOther = event === 'pullRequest' || event === 'tag';
  if (isOnDefaultBranch && !isOther) return { text: 'edge', isFloating: true };
  const here = isOther ? EVENT_NAMES[event] : (branch ?? 'a detached HEAD');
  return `only on the default branch ${defaultBranch}, but this is ${here}`;
}

function branchTag({ branch, event }: TagFacts): TagCandidate | string {
  // What is built is the merge with the target, and its name may be that of any branch.
  if (event === 'pullRequest') return 'this is a pull request, which the rule `pr` names';
  if (branch === undefined) return explainNoBranch({ event, pullRequest: undefined });
  return { text: slug(branch), isFloating: true, guard: 'cleanTree' };
}

function pullRequestTag({ pullRequest }: TagFacts): TagCandidate | string {
  if (pullRequest?.number === undefined) return 'this is not a pull request';
  return { text: pullRequest.number, isFloating: true, guard: 'cleanTree' };
}

import fc from 'fast-check';

import { compileNameGlob } from '@nx-oci/model';
import { fuzz } from '@nx-oci/model/testing';

import { EVENTS } from '../ci/facts/ci-facts';
import { describePatternProblem, matchBounded } from './grammar/bounded-regex';
import { computeTags, type TagFacts } from './compute-tags';
import { parseTemplate, TEMPLATE_FIELDS } from './grammar/parse-template';
import { readTagRules } from './rules/read-tag-rules';
import { RULE_NAMES } from './kinds/rule-kinds';
import { isTag } from './grammar/tag-grammar';

const PIECES = [...Array.from('{}:.-_[]() \\/*?!$^|+aZ0é\0'), '{env.', '{branch}', '{date:', 'YYYY', '[x]', '{sha:', '**', '--'];
const pieces = (maxLength: number) => fc.array(fc.constantFrom(...PIECES), { maxLength }).map((parts) => parts.join(''));
const rows = fc.tuple(fc.constantFrom(...PIECES), fc.nat(20_000)).map(([piece, times]) => `x${piece.repeat(times)}x`);
const text = fc.oneof(pieces(15), fc.string({ unit: 'binary' }), rows);

it('no template crashes its parser, or leaves an unknown field', () => {
  fuzz(fc, {
    name: 'templates',
    drawn: text,
    read: (template) => {
      for (const piece of parseTemplate(template).pieces) {
        if (piece.kind === 'field' && !(TEMPLATE_FIELDS as readonly string[]).includes(piece.field))
          throw new Error(`a field ${piece.field}`);
      }
    },
  });
});

const affix = fc.oneof(fc.constantFrom('v', '-alpine', '', 'x'.repeat(100), 'x'.repeat(127)), pieces(4));
const rule = fc.oneof(
  fc.constantFrom(...RULE_NAMES, '{branch}-{env.MESSAGE}', '{gitTag}', '{targetBranch}{projectName}'),
  fc.record(
    {
      rule: fc.constantFrom(...RULE_NAMES),
      prefix: affix,
      suffix: affix,
      length: fc.oneof(fc.nat(70), fc.double()),
      format: fc.oneof(fc.constantFrom('YYYY', 'X[z]'), text),
      timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'nowhere'),
      name: affix,
      floating: fc.boolean(),
    },
    { requiredKeys: ['rule'] },
  ),
  fc.record({ template: text, prefix: affix, suffix: affix }, { requiredKeys: ['template'] }),
  fc.record({ literal: text, prefix: affix, suffix: affix }, { requiredKeys: ['literal'] }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** All untrusted names: branches, git tags, pull requests, and variables of the CI system. */
const facts: fc.Arbitrary<TagFacts> = fc.record({
  projectName: text,
  commit: fc.constant('a1b2c3d4e5f60718293a4b5c6d7e8f9001122334'),
  commitTime: fc.constant('2026-01-31T22:30:00Z'),
  isDirty: fc.boolean(),
  branch: fc.oneof(fc.constant(undefined), text),
  defaultBranch: text,
  isOnDefaultBranch: fc.boolean(),
  gitTags: fc.array(text, { maxLength: 2 }),
  event: fc.constantFrom(...EVENTS),
  pullRequest: fc.oneof(fc.constant(undefined), fc.record({ number: fc.constant('12'), isFork: fc.boolean(), targetBranch: text })),
  version: fc.constantFrom(
    { release: '1.2.3', line: '1.2.3', reason: 'git tag at HEAD' },
    { release: `1.2.3-${'rc'.repeat(100)}`, line: '1.2.3', reason: 'git tag at HEAD' },
    { release: undefined, line: undefined, reason: 'none' },
  ),
  contentHash: fc.constantFrom(undefined, '0123456789abcdef'.repeat(4)),
  nowMs: fc.constant(1_770_000_000_000),
  env: text.map((MESSAGE) => ({ MESSAGE })),
});

it('no rule gives an invalid tag for any branch name', () => {
  fuzz(fc, {
    name: 'tag rules',
    drawn: fc.tuple(fc.array(rule, { maxLength: 4 }), facts),
    read: ([written, found]) => {
      for (const { tag } of computeTags(readTagRules(written, 'v').rules, found).tags) {
        if (!isTag(tag)) throw new Error(`the tag ${JSON.stringify(tag)}`);
      }
    },
    slowness: 2,
  });
});

it('no glob takes long for any name', () => {
  const glob = fc.array(fc.constantFrom('*', '**', '?', 'a', '/', 'ab'), { maxLength: 40 }).map((parts) => parts.join(''));
  const name = fc.oneof(
    text,
    fc.tuple(fc.constantFrom('a', '/', 'ab'), fc.nat(1000)).map(([piece, times]) => `${piece.repeat(times)}!`),
  );
  fuzz(fc, {
    name: 'globs',
    drawn: fc.tuple(name, glob),
    read: ([one, other]) => compileNameGlob(other).matches(one.slice(0, 1024)),
    slowness: 2,
  });
});

it('no regular expression of a user blocks a publish', () => {
  const expression = fc
    .array(fc.constantFrom('a', 'b', '.', '[ab]', '(', ')', '(?<n>', '|', '*', '+', '?', '{2,9}', '^', '$', '\\d', '\\1', '(?=', '\\'), {
      maxLength: 12,
    })
    .map((parts) => parts.join(''));
  const name = fc.oneof(
    text,
    fc.nat(2000).map((times) => `${'a'.repeat(times)}!`),
  );
  fuzz(fc, {
    name: 'regular expressions',
    drawn: fc.tuple(fc.oneof(expression, fc.string()), name),
    read: ([pattern, one]) => (describePatternProblem(pattern) === undefined ? matchBounded(pattern, one) : undefined),
    // Some of them take two seconds, which is the bound.
    slowness: 100,
  });
});

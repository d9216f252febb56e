import fc from 'fast-check';

import { fuzz } from '@nx-oci/model/testing';

import { parseRegistries, type ParsedRegistries } from './parse-registries';
import { describeProblem } from '../text/problem';

const SECRET = 'CANARY';

const PIECES = [
  ...['registries:', 'publish:', 'mirrors:', 'ghcr:', 'host:', 'auth:', 'password:', 'token:', 'tls:', 'tags:', 'from:', 'to:', 'when:'],
  ...['\n', '\n  ', '\n    ', ' ', '\t', '- ', '? ', ': ', ', ', '[', ']', '{', '}', '"', "'", '|', '>', '#', '!', '!!str', '%', '@', '`'],
  ...[
    '&a ',
    '*a',
    '<<: *a',
    '---',
    '...',
    '\\',
    '\0',
    '\uFEFF',
    'é',
    '${A}',
    '${A:-',
    '}',
    'ghcr.io',
    'sha',
    '1.0',
    'true',
    'null',
    '1e999',
  ],
];
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, 0, -1, '', 'a', '${A}', '${A', [], {}, '__proto__', 'ghcr.io', 'docker.io', 'https://x', '/^(a+)+$/'),
  fc.jsonValue({ maxDepth: 3 }),
);
const part = (...names: readonly string[]) => fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });
const document = fc.record(
  {
    registries: fc.oneof(
      fc.dictionary(fc.string(), fc.oneof(part('host', 'namespace', 'auth', 'tls', 'tags', 'guard', 'hots'), value)),
      value,
    ),
    publish: fc.oneof(part('registries', 'tags', 'prefix', 'settleMs', 'onFailure'), value),
    mirrors: fc.oneof(fc.array(fc.oneof(part('from', 'to', 'tags'), value)), value),
  },
  { requiredKeys: [] },
);

it('no registries.yaml crashes its reader', () => {
  fuzz(fc, {
    name: 'registries.yaml',
    drawn: fc.oneof(
      fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((parts) => parts.join('')),
      document.map((made) => JSON.stringify(made)),
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.constantFrom(...PIECES), fc.constantFrom(...PIECES), fc.nat(300))
        .map(([first, piece, times]) => first + piece.repeat(times)),
    ),
    read: (text) => checkProblems(parseRegistries(text)),
    slowness: 10,
  });
});

it('no diagnostic about a registries.yaml repeats its secrets', () => {
  const auth = fc.record(
    { username: value, password: fc.constantFrom(SECRET, `\${A}${SECRET}`, `\${A:-${SECRET}}`), token: fc.constantFrom(SECRET, [SECRET]) },
    { requiredKeys: [] },
  );
  const entry = fc.record({ host: value, auth, plainHttp: value, tls: value }, { requiredKeys: ['auth'] });
  const around = fc.array(fc.constantFrom(...PIECES), { maxLength: 3 }).map((parts) => parts.join(''));
  fuzz(fc, {
    name: 'secrets in registries.yaml',
    drawn: fc.tuple(around, fc.dictionary(fc.constantFrom('a', 'b'), entry), around),
    read: ([before, registries, after]) => {
      const parsed = parseRegistries(`${before}${JSON.stringify({ registries })}${after}`);
      checkProblems(parsed);
      if (parsed.problems.map(describeProblem).join('\n').includes(SECRET)) throw new Error('a secret was repeated');
    },
    slowness: 10,
  });
});

/** Every diagnostic has a position; a valid file has no diagnostics. */
function checkProblems({ problems }: ParsedRegistries): void {
  for (const { line, column, what } of problems) {
    if (!(line >= 1 && column >= 1 && what !== '')) throw new Error(`a diagnostic at ${line}:${column}`);
  }
}

import fc from 'fast-check';

import { parseRegistries } from './parse-registries';
import { describeProblem } from '../text/problem';

const problemsOf = (...lines: readonly string[]): readonly string[] =>
  parseRegistries(`${lines.join('\n')}\n`).problems.map(describeProblem);

describe('a valid file', () => {
  it('is read as it is written', () => {
    const { problems, content } = parseRegistries(
      [
        'registries:',
        '  ghcr:',
        '    host: ghcr.io',
        '    namespace: ${GITHUB_REPOSITORY_OWNER}',
        '    auth:',
        '      username: ${GITHUB_ACTOR}',
        '      password: ${GITHUB_TOKEN}',
        '  local: { host: "localhost:${NX_OCI_PORT:-5080}", guard: false }',
        'publish: { registries: [ghcr], tags: [sha, { rule: major, prefix: v }, { literal: edge }], prune: true, onFailure: abort }',
        'mirrors: [{ from: docker.io/library/postgres:15, to: [local], platforms: [linux/amd64] }]',
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(content.registries?.['local']).toEqual({ host: 'localhost:${NX_OCI_PORT:-5080}', guard: false });
    expect(content.publish?.tags).toEqual(['sha', { rule: 'major', prefix: 'v' }, { literal: 'edge' }]);
  });

  it.each(['', '# nothing yet\n', 'registries:\npublish:\nmirrors:\n', '\uFEFFregistries: {}\r\n'])('may be empty: %j', (text) => {
    expect(parseRegistries(text).problems).toEqual([]);
  });

  it('may share settings by anchors', () => {
    const text = 'registries:\n  a: { host: a.example, tls: &tls { verify: false } }\n  b: { host: b.example, tls: *tls }\n';
    expect(parseRegistries(text).content.registries?.['b']?.tls).toEqual({ verify: false });
  });
});

it('reports everything at once, in the order of the file', () => {
  expect(
    problemsOf(
      'registries:', // 1
      '  ghcr:',
      '    hots: ghcr.io', // 3
      '    namespace: /acme', // 4
      '    auth:',
      '      username: me',
      '      password: hunter2', // 7
      '  corp:',
      '    host: https://corp.lan', // 9
      '    plainHttp: "yes"', // 10
      '    onFailure: aborted', // 11
      '  bare:', // 12
      '    guard: true',
      'publsh: {}', // 14
      'publish:',
      '  registries: [ghrc]', // 16
      '  tags: [1.0]', // 17
    ),
  ).toEqual([
    'registries.yaml:3:5 unknown key `hots` → did you mean `host`?',
    'registries.yaml:4:16 `namespace` begins or ends with a slash: /acme → write `acme`',
    expect.stringMatching(/^registries\.yaml:7:17 `password` contains a secret in clear text → write a variable alone/),
    'registries.yaml:9:11 `host` starts with https:// → drop it: `host: corp.lan`',
    'registries.yaml:10:16 `plainHttp` must be true or false, found text → write true or false',
    'registries.yaml:11:16 `onFailure` must be abort or continue → did you mean `abort`?',
    'registries.yaml:12:3 `host` is missing → add `host`',
    'registries.yaml:14:1 unknown key `publsh` → use `registries`, `publish`, `mirrors`',
    'registries.yaml:16:16 unknown registry `ghrc` → did you mean `ghcr`?',
    'registries.yaml:17:10 an item of `tags` must be text, or a map with `rule`, `literal` or `template`, found a number → write it in quotes: "1.0"',
  ]);
});

/** Independent mistakes: a key, its wrong value, and the message. */
const MISTAKES: readonly (readonly [key: string, value: unknown, diagnostic: string])[] = [
  ['registries.a,b', { host: 'a.example' }, '`a,b` is not a valid registry name'],
  ['registries.b', 5, '`b` must be a map of keys'],
  ['registries.c', { namespace: 'c' }, '`host` is missing'],
  ['registries.a.hots', 'x', 'unknown key `hots`'],
  ['registries.a.namespace', '/team', '`namespace` begins or ends with a slash'],
  ['registries.a.auth.password', 'hunter2', '`password` contains a secret in clear text'],
  ['registries.a.tls.cert', 'c.pem', '`tls` has no `key`'],
  ['registries.a.plainHttp', true, '`tls` and `plainHttp: true` exclude each other'],
  ['registries.a.trustedHosts', ['x/y'], '`trustedHosts` contains a path'],
  ['registries.a.guard', 'yes', '`guard` must be true or false'],
  ['registries.a.tags', ['lates'], '`lates` is not a tag rule'],
  ['registries.a.onFailure', 'abrt', '`onFailure` must be abort or continue'],
  ['publish.registries', ['z'], 'unknown registry `z`'],
  ['publish.tags', ['sha', { rule: 'sha', length: 1.5 }], '`length` of `sha` cannot be 1.5'],
  ['publish.prefix', '${PREFIX}', 'PREFIX is not listed in `publish.env`'],
  ['publish.maxSize', 1.5, '`maxSize` cannot be 1.5'],
  ['publish.settleMs', -1, '`settleMs` cannot be -1'],
  ['publish.unknownTarget', 'stay', '`unknownTarget` must be move or hold'],
  ['publish.prune', null, '`prune` must be true or false'],
  ['mirrors', [{ from: 'A:b:c', to: [] }], '`to` is empty'],
  ['mirors', [], 'unknown key `mirors`'],
];

it('reports a mistake independent of others', () => {
  fc.assert(
    fc.property(fc.subarray([...MISTAKES], { minLength: 1 }), (mistakes) => {
      const file = { registries: { a: { host: 'a.example', auth: { username: 'me', password: '${P}' }, tls: { verify: true } } } };
      for (const [key, value] of mistakes) {
        const path = key.split('.');
        const last = path.pop()!;
        const parent = path.reduce<Record<string, unknown>>((map, step) => (map[step] ??= {}) as Record<string, unknown>, file);
        parent[last] = value;
      }
      const problems = problemsOf(JSON.stringify(file)).join('\n');
      for (const [, , diagnostic] of mistakes) expect(problems).toContain(diagnostic);
    }),
    { numRuns: 200 },
  );
});

describe('shape', () => {
  it.each([
    ['insecure: true', 'use `plainHttp: true`, or `verify: false` under `tls`'],
    ['password: hunter2', 'write it under `auth`, as a ${VARIABLE}'],
    ['url: ghcr.io', 'use `host`, `namespace`, `auth`, `plainHttp`, `tls`, `trustedHosts`, `guard`, `tags`, `onFailure`'],
  ])('knows what other tools call things: %s', (line, fix) => {
    expect(problemsOf('registries:', '  a:', '    host: a.example', `    ${line}`)).toEqual([expect.stringMatching(/:4:5 unknown key /)]);
    expect(problemsOf('registries:', '  a:', '    host: a.example', `    ${line}`)[0]).toContain(fix);
  });

  it('finds every mistake in lists of tag rules, with its place and a caret', () => {
    const lines = [
      'registries:',
      '  a:',
      '    host: a.example',
      '    tags: [version, lates]',
      'publish:',
      '  env: [CHANNEL]',
      '  tags:',
      '    - sha',
      '    - { rule: sha, lenght: 12 }',
      "    - '{branch}-{shortSah}'",
      '    - rule: date',
      '      when: { branhc: main }',
      '    - ${CHANNEL:-next}',
    ];
    expect(problemsOf(...lines)).toEqual([
      'registries.yaml:4:21 `lates` is not a tag rule → did you mean `latest`? For a tag of that very name, write literal:lates.',
      'registries.yaml:9:20 `lenght` is not an option of `sha` → did you mean `length`?',
      [
        'registries.yaml:10:7 `{branch}-{shortSah}`: unknown field `{shortSah}` → did you mean `shortSha`?',
        '      {branch}-{shortSah}',
        '                ^',
      ].join('\n'),
      'registries.yaml:12:15 `when` of `date`: unknown key `branhc` → did you mean `branch`?',
    ]);
  });

  it('quotes a number that should be text as written, unless it may be a credential', () => {
    const fixes = problemsOf(
      'registries:',
      '  a: { host: a.example, namespace: 1e3, auth: { token: 12.50 } }',
      'publish:',
      '  tags: [1.10, { literal: 0x10 }]',
    ).map((line) => line.replace(/^.* → /, ''));
    expect(fixes).toEqual([
      'write it in quotes: "1e3"',
      expect.stringMatching(/^write a variable alone/),
      'write it in quotes: "1.10"',
      'write it in quotes: "0x10"',
    ]);
  });

  it.each([
    ['auth: { username: 5, pasword: "${P}" }', ['`username` must be text', 'unknown key `pasword` → did you mean `password`?']],
    ['tls: { cert: c.pem, kye: k.pem }', ['unknown key `kye` → did you mean `key`?']],
    ['plainHttp: true, tls: { ca: 5 }', ['exclude each other', '`ca` must be text']],
    ['hots: b.example, namespace: /x, guard: 1, tags: [lates]', ['unknown key `hots`', 'slash', '`guard` must be', '`lates` is not']],
  ])('finds each mistake of %s once, even among others', (line, diagnostics) => {
    const problems = problemsOf('registries:', `  a: { host: a.example, ${line} }`);
    expect(problems).toEqual(diagnostics.map((text) => expect.stringContaining(text) as string));
  });

  it('treats the name that another tool gives a key as that key', () => {
    expect(problemsOf('registries:', '  a:', '    url: ghcr.io')).toEqual(['registries.yaml:3:5 unknown key `url` → did you mean `host`?']);
  });

  it.each([
    ['-1', '`settleMs` cannot be -1 → write a whole number from 0 to 60000'],
    ['99999', '`settleMs` cannot be 99999 → write a whole number from 0 to 60000'],
    ['2s', '`settleMs` must be a whole number, found text → write a whole number'],
    ['1.5', '`settleMs` cannot be 1.5 → write a whole number from 0 to 60000'],
  ])('says what a settle time of %s has to be', (written, diagnostic) => {
    expect(problemsOf(`publish: { settleMs: ${written} }`)).toEqual([expect.stringContaining(diagnostic)]);
  });

  it('reports the position of an empty value, and of a value of the wrong kind', () => {
    expect(problemsOf('registries:', '  a:', '  b: ghcr.io', '  c: { host: , namespace: 12 }', 'mirrors: [{ from: x, to: [] }]')).toEqual([
      'registries.yaml:2:5 `a` must be a map of keys, found nothing → fill it, or remove it',
      'registries.yaml:3:6 `b` must be a map of keys, found text → write a map of keys',
      'registries.yaml:4:14 `host` must be text, found nothing → fill it, or remove it',
      'registries.yaml:4:27 `namespace` must be text, found a number → write it in quotes: "12"',
      'registries.yaml:5:26 `to` is empty → fill it, or remove it',
    ]);
  });

  it('requires a map at the top', () => {
    expect(problemsOf('- a')).toEqual(['registries.yaml:1:1 the file must be a map of keys, found a list → write a map of keys']);
  });
});

describe('rules', () => {
  it('refuses names that no command line can carry', () => {
    expect(problemsOf('registries:', '  "a,b": { host: a.example }')).toEqual([
      expect.stringMatching(/:2:3 `a,b` is not a valid registry name/),
    ]);
  });

  it('requires a namespace on Docker Hub', () => {
    expect(problemsOf('registries:', '  hub:', '    host: docker.io')).toEqual([
      'registries.yaml:3:11 `namespace` is missing → add your user or organisation on Docker Hub',
    ]);
  });

  it.each(['password: hunter2', 'password: ${TOKEN:-hunter2}', 'password: "hunter2 ${TOKEN}"', 'password: ${hunter2'])(
    'refuses a secret in clear text, and does not repeat it: %s',
    (line) => {
      const problems = problemsOf('registries:', '  a:', '    host: a.example', '    auth:', '      username: me', `      ${line}`);
      expect(problems).toEqual([expect.stringMatching(/:6:17 `password` contains a secret in clear text/)]);
      expect(problems[0]).toMatch(/docker login.*credential helper/);
      expect(problems[0]).not.toContain('hunter2');
    },
  );

  it.each(['token: hunter2', 'token: ${TOKEN:-hunter2}', 'token: [hunter2]'])(
    'refuses a token in clear text, and does not repeat it: %s',
    (line) => {
      const problems = problemsOf('registries:', '  a:', '    host: a.example', '    auth:', `      ${line}`);
      expect(problems).toContainEqual(expect.stringMatching(/contains a secret in clear text/));
      expect(problems.join()).not.toContain('hunter2');
    },
  );

  it.each(['host: ${HOST:-me:hunter2@a.example}', 'host: ${HOST:-https://me:hunter2@a.example}', 'host: me:hunter2@${HOST}'])(
    'refuses a login in a host, also in the default of a variable, and does not repeat it: %s',
    (line) => {
      expect(problemsOf('registries:', '  a:', `    ${line}`)).toEqual([
        'registries.yaml:3:11 `host` contains a login → write only the host here, and the login under `auth`',
      ]);
    },
  );

  it('requires complete logins', () => {
    expect(
      problemsOf(
        'registries:',
        '  a: { host: a.example, auth: { username: me } }',
        '  b: { host: b.example, auth: { password: "${P}" } }',
        '  c: { host: c.example, auth: { token: "${T}", username: me } }',
        '  d: { host: d.example, auth: {} }',
      ),
    ).toEqual([
      'registries.yaml:2:25 `auth` has no password → add `password`',
      'registries.yaml:3:25 `auth` has no username → add `username`',
      'registries.yaml:4:25 `auth` has both a token and a username with password → keep one of the two',
      'registries.yaml:5:25 `auth` is empty → add `username` and `password`, or remove it',
    ]);
  });

  it('refuses TLS settings that contradict each other', () => {
    expect(problemsOf('registries:', '  a: { host: a.example, plainHttp: true, tls: { cert: c.pem } }')).toEqual([
      'registries.yaml:2:42 `tls` has no `key` → a client certificate needs `cert` and `key`',
      'registries.yaml:2:42 `tls` and `plainHttp: true` exclude each other → keep one of the two',
    ]);
  });

  it('checks hosts that are trusted before they are used', () => {
    expect(problemsOf('registries:', '  a: { host: a.example, trustedHosts: [auth.a.example, "https://b.example"] }')).toEqual([
      'registries.yaml:2:56 `trustedHosts` starts with https:// → drop it: `host: b.example`',
    ]);
  });

  it('says what a size may be', () => {
    expect(problemsOf('publish: { maxSize: true, maxGrowth: -1 }')).toEqual([
      expect.stringContaining('`maxSize` must be text or a whole number, found a boolean'),
      expect.stringContaining('`maxGrowth` cannot be -1 → write a whole number from 0'),
    ]);
  });

  it('refuses mirrors of invalid images, or without a target', () => {
    expect(problemsOf('registries: { a: { host: a.example } }', 'mirrors:', '  - from: Postgres:15:1', '    to: [b]')).toEqual([
      expect.stringMatching(/^registries\.yaml:3:11 "Postgres:15:1" is not an image reference/),
      'registries.yaml:4:10 unknown registry `b` → did you mean `a`?',
    ]);
  });

  it('refuses what looks like a variable but is not one', () => {
    expect(problemsOf('registries:', '  a:', '    host: a.example', '    namespace: ${my-team}')).toEqual([
      'registries.yaml:4:16 a `${` does not start a variable → write ${NAME} or ${NAME:-default}, with letters, digits and _ in NAME',
    ]);
  });
});

it('refuses a registry that is called __proto__, of which nothing else would be checked', () => {
  expect(problemsOf('registries:', '  __proto__: { host: a.example, auth: { username: me, password: hunter2 } }')).toEqual([
    'registries.yaml:2:3 `__proto__` is not a valid registry name → use letters, digits, . _ and -',
  ]);
});

describe('YAML', () => {
  it('reports duplicate keys, and continues', () => {
    expect(problemsOf('registries:', '  a: { host: a.example }', '  a: { hots: b.example }')).toEqual([
      'registries.yaml:3:3 `a` appears twice → keep one',
      'registries.yaml:3:8 unknown key `hots` → did you mean `host`?',
    ]);
  });

  it.each([
    ['1', '"1"', '`1`'],
    ['a', "'a'", '`a`'],
    ['true', '"true"', '`true`'],
    ['&k a', '*k ', '`k`'],
  ])('finds keys that are the same as text: %s and %s', (one, other, shown) => {
    expect(problemsOf('registries:', `  ${one}: { host: a.example }`, `  ${other}: { host: b.example }`)).toEqual([
      `registries.yaml:3:3 ${shown} appears twice → keep one`,
    ]);
  });

  it.each(['!!set { a, b }', '!!omap [a: { host: a.example }]', '{ a: { host: !!binary Z2hjci5pbw== } }'])('has no tags: %s', (written) => {
    expect(problemsOf(`registries: ${written}`)).toEqual([
      expect.stringMatching(/^registries\.yaml:1:\d+ a value starts with ! and names no YAML tag → put the value in quotes$/),
    ]);
  });

  it('explains why a variable inside { } needs quotes', () => {
    expect(problemsOf('registries:', '  a:', '    auth: { username: ${A}, password: ${B} }')).toEqual([
      'registries.yaml:3:24 a ${VARIABLE} inside { } is not in quotes → write { key: "${VARIABLE}" }, or each key on a line of its own',
    ]);
  });

  it.each([
    ['\tregistries: {}', 1, 1],
    ['registries: [', 2, 1],
    ['a: "\\q"', 1, 5],
    ['registries: {}\n---\nregistries: {}', 2, 1],
  ])('places a mistake of syntax: %j', (text, line, column) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(new RegExp(`^registries\\.yaml:${line}:${column} .* → `))]);
  });

  it('quotes nothing of registries that are written in place of their names', () => {
    const problems = problemsOf(
      'publish:',
      '  registries:',
      '    a:',
      '      host: a.example',
      '      auth: { username: me, password: hunter2 }',
    );
    expect(problems).toEqual([expect.stringMatching(/:3:5 `registries` must be a list/)]);
  });

  it('refuses maps as keys, however deep', () => {
    const startedMs = performance.now();
    expect(problemsOf('? '.repeat(250))).toEqual([expect.stringMatching(/:1:3 a key is a map or a list → write a word before the colon/)]);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it('refuses a value that contains itself', () => {
    expect(problemsOf('registries: &all', '  a: *all')).toEqual([
      'registries.yaml:2:6 a value starts with * and names what it is a part of → write out what is meant',
    ]);
  });

  it('does not expand a few lines to gigabytes', () => {
    const lines = Array.from(
      { length: 40 },
      (_, level) => `a${level}: &a${level} [${level === 0 ? 'x, x' : `*a${level - 1}, *a${level - 1}`}]`,
    );
    expect(problemsOf(...lines)).toEqual([expect.stringContaining('values that start with * stand for too many others')]);
  });

  it.each(['{ username: me, password hunter2 }', '{username:me,password:hunter2}', '{ "password hunter2" }', "{ ? 'token: hunter2' }"])(
    'repeats nothing of a key that swallowed a value: auth: %s',
    (auth) => {
      const problems = problemsOf('registries:', '  a:', '    host: a.example', `    auth: ${auth}`);
      expect(problems.join()).toContain('unknown key');
      expect(problems.join()).not.toContain('hunter2');
    },
  );

  it.each(['*hunter2', '!hunter2', '@hunter2', '"hunter2', '[hunter2', 'x: hunter2', '"\\hunter2"', '{hunter2}}', '&hunter2'])(
    'repeats nothing of a value that it cannot read: %s',
    (value) => {
      const problems = problemsOf(
        'registries:',
        '  a:',
        '    host: a.example',
        '    auth:',
        '      username: me',
        `      password: ${value}`,
      );
      expect(problems).not.toEqual([]);
      expect(problems.join()).not.toContain('hunter2');
    },
  );

  it('says that an alias names nothing', () => {
    expect(problemsOf('registries: *none')).toEqual([
      'registries.yaml:1:13 a value starts with * and names no anchor → put the value in quotes',
    ]);
  });
});

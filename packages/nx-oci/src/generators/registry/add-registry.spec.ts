import { addRegistry, type RequestedRegistry } from './add-registry';

const wanted: RequestedRegistry = {
  name: 'ghcr',
  entry: { host: 'ghcr.io', namespace: '${OWNER}', auth: { username: '${ACTOR}', password: '${TOKEN}' } },
  isDefault: undefined,
  isForced: false,
};

const GHCR = `  ghcr:
    host: ghcr.io
    namespace: \${OWNER}
    auth:
      username: \${ACTOR}
      password: \${TOKEN}
`;

const FILE = `# Ours.
registries:
  # The one in the office.
  corp:   # odd   blanks
    host:  'corp.lan:5000' # quoted
    tls: {ca: corp.pem}

  # At the desk.
  local: { host: "localhost:\${PORT:-5080}", guard: false } # no login

# What everybody gets.
publish:
  tags: [sha,   latest]   # and more
  registries: [corp,local] # both
# The end.
`;

describe('addRegistry', () => {
  it('writes the first registry of a new file, and makes it the default', () => {
    expect(addRegistry('# Header.\n', wanted)).toEqual({
      text: `# Header.\nregistries:\n${GHCR}\npublish:\n  registries: [ghcr]\n`,
      isEntryChanged: true,
      isDefaultChanged: true,
    });
  });

  it('adds below the last registry, and keeps every byte of the rest', () => {
    const { text, isDefaultChanged } = addRegistry(FILE, wanted);
    expect(isDefaultChanged).toBe(false);
    expect(text).toBe(FILE.replace('# no login\n', `# no login\n${GHCR}`));
  });

  it('adds to the defaults with --default', () => {
    const { text } = addRegistry(FILE, { ...wanted, isDefault: true });
    expect(text).toBe(FILE.replace('# no login\n', `# no login\n${GHCR}`).replace('[corp,local]', '[corp,local, ghcr]'));
  });

  it('adds to defaults that are a list, empty, or missing', () => {
    const file = (publish: string): string => `registries:\n  a:\n    host: a.example\n${publish}`;
    const publishOf = (publish: string): string => addRegistry(file(publish), { ...wanted, isDefault: true }).text.split(GHCR)[1]!;
    expect(publishOf('publish:\n  registries:\n    - a # first\n  tags: [sha]\n')).toBe(
      'publish:\n  registries:\n    - a # first\n    - ghcr\n  tags: [sha]\n',
    );
    expect(publishOf('publish:\n  registries: []\n')).toBe('publish:\n  registries: [ghcr]\n');
    expect(publishOf('publish:\n  tags: [sha] # mine\n')).toBe('publish:\n  tags: [sha] # mine\n  registries: [a, ghcr]\n');
    expect(publishOf('')).toBe('\npublish:\n  registries: [a, ghcr]\n');
  });

  it.each([
    ['registries: {}\n', 'registries:'],
    ['registries:\n  # none yet\n', '# none yet'],
    ['registries: { a: { host: a.example } } # inline\n', '# inline'],
    ['# publish first\npublish: { tags: [sha] } # mine\n', '# publish first'],
    ['publish:\nregistries:\n', 'registries:'],
    ['', 'registries:'],
  ])('copes with %j', (text, kept) => {
    const added = addRegistry(text, wanted);
    expect(added.text).toContain(kept);
    // The result is valid and complete: adding the registry again finds it.
    expect(addRegistry(added.text, wanted)).toEqual({ text: added.text, isEntryChanged: false, isDefaultChanged: false });
  });

  it('keeps Windows line ends', () => {
    const text = 'registries:\r\n  a:\r\n    host: a.example\r\npublish:\r\n  registries: [a]\r\n';
    expect(addRegistry(text, wanted).text).toBe(text.replace('a.example\r\n', `a.example\r\n${GHCR.replaceAll('\n', '\r\n')}`));
  });

  it('adds after a last line without a line break', () => {
    const text = 'publish:\n  registries: [a]\nregistries:\n  a:\n    host: a.example';
    expect(addRegistry(text, wanted).text).toBe(`${text}\n${GHCR.trimEnd()}`);
  });

  it('takes the place of the registry on this machine that a new workspace has', () => {
    const { text, isDefaultChanged } = addRegistry('registries:\n  local:\n    host: localhost:${NX_OCI_PORT:-5080}\n', wanted);
    expect(isDefaultChanged).toBe(true);
    expect(text).toContain('\npublish:\n  registries: [ghcr]\n');
  });

  it('keeps the only registry a default, which it was without being named', () => {
    const only = 'registries:\n  corp:\n    host: corp.example.com\n';
    const further = addRegistry(only, wanted);
    expect(further.isDefaultChanged).toBe(false);
    expect(further.text).toContain('\npublish:\n  registries: [corp]\n');
    const both = addRegistry(only, { ...wanted, isDefault: true });
    expect(both.isDefaultChanged).toBe(true);
    expect(both.text).toContain('\npublish:\n  registries: [corp, ghcr]\n');
    expect(addRegistry(further.text, wanted)).toEqual({ text: further.text, isEntryChanged: false, isDefaultChanged: false });
  });

  it('changes nothing the second time', () => {
    const first = addRegistry(FILE, { ...wanted, isDefault: true });
    expect(addRegistry(first.text, { ...wanted, isDefault: true })).toEqual({
      text: first.text,
      isEntryChanged: false,
      isDefaultChanged: false,
    });
  });

  const SHORT: RequestedRegistry = { name: 'b', entry: { host: 'b.example' }, isDefault: true, isForced: true };
  const addShort = (text: string, name = 'b'): string => addRegistry(text, { ...SHORT, name }).text;
  const A = 'registries:\n  a:\n    host: a.example\n';
  const B = '  b:\n    host: b.example\n';

  it.each([
    ['braces', 'registries: {a:  {host: a.example}} # x\n', 'registries: {a:  {host: a.example}, b: { host: b.example }} # x\n'],
    [
      'braces over several lines',
      'registries: {\n  a:  { host: a.example }, # x\n}\n',
      'registries: {\n  a:  { host: a.example }, # x\n  b: { host: b.example },\n}\n',
    ],
    ['nothing in braces', 'registries: {} # none\n', `registries: # none\n${B}`],
    ['null', 'registries: ~\n', `registries:\n${B}`],
    [
      'four spaces',
      'registries:\n    a:\n        host:   a.example\n',
      'registries:\n    a:\n        host:   a.example\n    b:\n        host: b.example\n',
    ],
    ['a byte order mark', `\uFEFF${A}`, `\uFEFF${A}${B}`],
    ['an entry whose last line is a comment', `${A}    # plainHttp: true\n`, `${A}    # plainHttp: true\n${B}`],
    [
      'a replaced entry',
      `registries:\n  b:  { host: old.example }\n  c:   { host: "c.example" } # odd\n`,
      `registries:\n${B}  c:   { host: "c.example" } # odd\n`,
    ],
  ])('keeps every byte around %s', (_form, before, after) => {
    const publish = 'publish:   { registries:  [b],tags: [sha,  latest] } # mine\n';
    // Only a file that defines it may name it.
    const named = before.includes(' b:') ? publish : publish.replace('[b]', '[]');
    expect(addShort(before + named)).toBe(after + publish);
  });

  it('keeps JSON', () => {
    const text = '{\n  "registries": {\n    "a": { "host":  "a.example" }\n  },\n  "publish": { "registries": ["a"] }\n}\n';
    expect(addShort(text)).toBe(
      text.replace('"a.example" }', '"a.example" },\n    "b":{"host":"b.example"}').replace('["a"]', '["a", "b"]'),
    );
    expect(JSON.parse(addShort('{"registries":{"a":{"host":"a.example"}}}'))).toEqual({
      registries: { a: { host: 'a.example' }, b: { host: 'b.example' } },
      publish: { registries: ['a', 'b'] },
    });
  });

  it.each(['1e3', 'null', '0x10'])('quotes the name %s in place', (name) => {
    expect(addShort(`${A}publish:   # odd\n  registries: [a]\n`, name)).toBe(
      `${A}  "${name}":\n    host: b.example\npublish:   # odd\n  registries: [a, "${name}"]\n`,
    );
  });

  it.each(['toString', 'constructor'])('takes %s for a name like any other', (name) => {
    expect(addRegistry(A, { ...SHORT, name, isForced: false }).text).toContain(`${A}  ${name}:\n    host: b.example\n`);
  });

  it('writes new sections with the line ends of the file, and in front of its end mark', () => {
    const windows = A.replaceAll('\n', '\r\n');
    const added = `${A}${B}\npublish:\n  registries: [a, b]\n`;
    expect(addShort(windows)).toBe(added.replaceAll('\n', '\r\n'));
    expect(addShort(windows.trimEnd())).toBe(added.replaceAll('\n', '\r\n'));
    expect(addShort(`---\n${A}...\n`)).toBe(`---\n${added}...\n`);
  });

  it('writes out a list that is an alias, and loses none of its names', () => {
    const text = `${A}mirrors:\n  - from: docker.io/library/postgres:15\n    to: &all [a]\npublish:\n  registries: *all # x\n`;
    expect(addShort(text)).toBe(text.replace(A, A + B).replace('*all', '[a, b]'));
  });

  it.each([
    [
      'a list that mirrors share',
      `${A}publish:\n  registries: &all [a]\nmirrors:\n  - from: docker.io/library/postgres:15\n    to: *all\n`,
    ],
    ['an entry that another repeats', 'registries:\n  b: &b\n    host: old.example\n  c: *b\n'],
    [
      'an entry of which another uses a part',
      'registries:\n  b:\n    host: old.example\n    tls: &t { verify: false }\n  c: { host: c.example, tls: *t }\n',
    ],
    ['keys after question marks', 'registries:\n  ? a\n  : host: a.example\n'],
  ])('refuses %s, and says what to write', (_form, text) => {
    expect(() => addShort(text)).toThrow(
      expect.objectContaining({
        code: 'CONFIGURATION_INVALID',
        message: expect.stringMatching(/^Cannot add to registries\.yaml: its YAML has a form/) as string,
        hint: expect.stringMatching(/^Nothing was written\. Change it by hand(.|\n)*:\n {2}(b|registries):/) as string,
      }) as Error,
    );
  });

  it('does not overwrite a different entry, and shows the difference', () => {
    const other = { ...wanted, name: 'corp', entry: { host: 'corp.lan:5001', tls: { ca: 'corp.pem' } } };
    expect(() => addRegistry(FILE, other)).toThrow(
      [
        'Cannot add the registry corp: registries.yaml already has a different one with this name.',
        '  - host: corp.lan:5000',
        '  + host: corp.lan:5001',
      ].join('\n'),
    );
  });

  it('overwrites it with --force, and keeps comments around it', () => {
    const other = { ...wanted, name: 'corp', entry: { host: 'corp.lan:5001' }, isForced: true };
    const { text } = addRegistry(FILE, other);
    expect(text).toContain('  # The one in the office.\n  corp:\n    host: corp.lan:5001\n');
    for (const comment of ['# Ours.', '# At the desk.', '# no login', '# What everybody gets.', '# and more', '# both', '# The end.']) {
      expect(text).toContain(comment);
    }
  });

  it('refuses to add to an invalid file, with all its problems', () => {
    expect(() => addRegistry('registries:\n  a: { hots: x }\npublsh: {}\n', wanted)).toThrow(
      expect.objectContaining({
        code: 'CONFIGURATION_INVALID',
        message: expect.stringMatching(/registries\.yaml:2:8 .*\n.*registries\.yaml:3:1/),
      }) as Error,
    );
  });
});

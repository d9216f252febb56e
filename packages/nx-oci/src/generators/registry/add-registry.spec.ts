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

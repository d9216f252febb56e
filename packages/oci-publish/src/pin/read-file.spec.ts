import fc from 'fast-check';

import { API, NEW, OLD, PINNED, WEB, pin } from './testing/pin-text';

describe('pinning a reference', () => {
  it.each([
    ['plain', 'image: REF # note\nother: 1\n'],
    ['in double quotes', 'a:\n  image: "REF"\n'],
    ['in single quotes', "a: {image: 'REF', b: c}\n"],
    ['in flow style', 'a: {image: REF, b: c}\n'],
    ['as a block scalar', 'a:\n  image: >-\n    REF\n  b: c\n'],
    ['as a literal block', 'a:\n  image: |\n    REF\nb: c\n'],
    ['on the next line', 'a:\n  image:\n    REF\n'],
    ['with Windows line ends', 'a:\r\n  image: REF\r\n  b: c\r\n'],
    ['with an anchor', 'a: &a\n  image: &img REF\nb:\n  image: *img\nc:\n  <<: *a\n'],
    ['with a tag of YAML', 'a:\n  image: !!str REF\n'],
    ['without a line break at the end', 'image: REF'],
    ['in several documents', '---\nkind: A\n---\nspec:\n  - image: REF\n...\n---\nimage: REF\n'],
    ['with a longer key', 'spec:\n  runnerImage: REF\n'],
    ['with comments around it', '# image: none\nimage: # here\n  # or here\n  REF # end\n'],
    ['in a map with keys that are none', '? {a: b}\n: image: REF\n'],
  ])('%s', (_, template) => {
    for (const old of [API, `${API}:v1`, `${API}@${OLD}`, `${API}:v1@${OLD}`]) {
      const { text, unplaced } = pin(template.replaceAll('REF', old));
      expect({ text, unplaced }).toEqual({ text: template.replaceAll('REF', PINNED), unplaced: [] });
    }
  });

  it.each([
    ['another registry', 'image: docker.io/library/api:v1\n'],
    ['another path', 'image: ghcr.io/acme/api/worker:v1\n'],
    ['a longer name', 'image: ghcr.io/acme/api-worker:v1\n'],
    ['a comment', '# image: ghcr.io/acme/api:v1\na: b\n'],
    ['a key', 'ghcr.io/acme/api: v1\n'],
    ['a name in a text', 'a: see ghcr.io/acme/api:v1 for it\n'],
    [
      'names that a builder writes',
      'services:\n  a:\n    build:\n      tags: [ghcr.io/acme/api:v1]\n      cache_from: [ghcr.io/acme/api:c]\n',
    ],
  ])('leaves %s alone', (_, text) => expect(pin(text)).toEqual({ text, unplaced: [] }));

  it('keeps the short name of Docker Hub', () => {
    expect(pin('image: acme/api:1\n').text).toBe(`image: acme/api:v1.2.3@${NEW}\n`);
  });

  it.each([
    ['a variable', `image: ${API}:\${TAG:-latest}\n`, /^1: its tag comes from a variable/],
    ['a template', `image: "${API}:{{ .Values.tag }}"\n`, /^1: its tag comes from a variable or a template/],
    ['a template that is not YAML', `a: b\n{{- if .x }}\nimage: ${API}:v1\n{{ end }}\n`, /^3: the file is not YAML by itself/],
    ['a service that is built', `services:\n  a:\n    build: .\n    image: ${API}:v1\n`, /^4: the service builds it/],
    ['an environment variable', `env:\n  - name: X\n    value: ${API}:v1\n`, /^3: it is not known what reads it under `value`/],
    ['a text that is longer', `data:\n  a.yaml: |\n    image: ${API}:v1\n`, /^2: it stands within a longer text/],
    ['a registry in a variable', 'image: ${REGISTRY}/acme/api:v1\n', /^1: its name comes from a variable/],
    ['a variable with a default', 'image: "${REGISTRY:-ghcr.io}/acme/api:v1"\n', /^1: its name comes from a variable/],
    ['a whole image as a default', `image: \${API_IMAGE:-${API}:v1}\n`, /^1: its name comes from a variable/],
    ['an argument', `args: ["--sidecar=${API}:v1"]\n`, /^1: it stands in an argument or a command/],
    ['a command', `command: docker run ${API}@${OLD}\n`, /^1: it stands in an argument or a command/],
    ['escapes', `image: "ghcr.io\\/acme/api:v1"\n`, /it is written with escapes/],
  ])('names %s, and leaves it alone', (_, text, reason) => {
    const result = pin(text);
    expect(result.text).toBe(text);
    expect(result.unplaced).toEqual([expect.stringMatching(reason)]);
  });
});

it('changes no byte beside what it replaces, whatever stands around it', () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const line = fc.oneof(
    word.map((one) => `# ${one} \t ä 🐳`),
    fc.tuple(word, word).map(([key, value]) => `${key}0: ${value}   # x`),
    word.map((key) => `${key}1: "a\\tb: 'c'"`),
    word.map((key) => `${key}2: {a: [1, 2], b: *x}`),
    word.map((key) => `${key}3: |\n    text\n\n    more: text`),
    fc.constant(''),
  );
  const place = fc.constantFrom(
    `image: REF`,
    `image: "REF"  # c`,
    `image: 'REF'`,
    `image: >-\n    REF`,
    `s: {image: REF, c: d}`,
    `l: [{image: REF}]`,
  );
  const reference = fc.constantFrom(API, `${API}:v1`, `${API}:v1@${OLD}`, `${WEB}@${OLD}`);
  const lines = fc.array(line, { maxLength: 4 });
  const document = fc.tuple(lines, place, reference, lines).map(([before, shape, written, after]) => ({
    text: ['x: &x 1', ...before, shape, ...after].join('\n'),
    written,
  }));
  const file = fc.tuple(fc.array(document, { minLength: 1, maxLength: 3 }), fc.constantFrom('\n', '\r\n'));
  fc.assert(
    fc.property(file, ([documents, end]) => {
      const render = (replace: (written: string) => string) =>
        documents
          .map(({ text, written }) => text.replace('REF', replace(written)))
          .join('\n---\n')
          .replaceAll('\n', end);
      const { text, unplaced } = pin(render((written) => written));
      expect(unplaced).toEqual([]);
      expect(text).toBe(render((written) => `${written.replace(/[:@].*$/, '')}:v1.2.3@${NEW}`));
    }),
    { numRuns: 300, seed: 1 },
  );
});

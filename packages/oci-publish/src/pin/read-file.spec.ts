import fc from 'fast-check';

import { splice } from './edits/splice';
import { mergeEdits } from './places/merge-edits';
import { type PinnedName } from './places/place';
import { readPlaces } from './read-file';

const API = 'ghcr.io/acme/api';
const WEB = 'ghcr.io/acme/web';
const OLD = `sha256:${'0'.repeat(64)}`;
const NEW = `sha256:${'a'.repeat(64)}`;
const PIN: PinnedName = { tag: 'v1.2.3', digest: NEW };

interface Pinned {
  readonly text: string;
  readonly unplaced: readonly string[];
}

/** Pins every place of a text to one name. */
function pin(
  text: string,
  wanted: (name: string) => PinnedName | undefined = () => PIN,
  isKustomization = false,
  defaults?: string,
): Pinned {
  const names = [API, WEB, 'docker.io/acme/api'];
  const found = readPlaces(text, {
    names,
    isOurs: (name) => names.includes(name),
    isKustomization,
    ...(defaults !== undefined && { defaults }),
  });
  const written = found.places.flatMap((place) => {
    const name = wanted(place.name);
    return name === undefined ? [] : [{ place, edits: place.write(name) }];
  });
  const refused = written.flatMap(({ edits }) => (typeof edits === 'string' ? [edits] : []));
  const possible = written.flatMap(({ place, edits }) => (typeof edits === 'string' ? [] : [{ owner: place, edits }]));
  const { edits, shared } = mergeEdits(possible, found.uses);
  return {
    text: splice(text, edits),
    unplaced: [
      ...found.unplaced.map(({ line, reason }) => `${line}: ${reason}`),
      ...refused,
      ...shared.map(({ line }) => `${line}: shared`),
    ],
  };
}

const PINNED = `${API}:v1.2.3@${NEW}`;

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
    ['escapes', `image: "ghcr.io\\/acme/api:v1"\n`, /it is written with escapes/],
  ])('names %s, and leaves it alone', (_, text, reason) => {
    const result = pin(text);
    expect(result.text).toBe(text);
    expect(result.unplaced).toEqual([expect.stringMatching(reason)]);
  });
});

describe('pinning values of Helm', () => {
  it.each([
    [
      'tag and digest',
      `image:\n  repository: ${API}\n  tag: v1\n  digest: ""\n`,
      `image:\n  repository: ${API}\n  tag: v1.2.3\n  digest: "${NEW}"\n`,
    ],
    [
      'a digest that is empty',
      `image: {repository: ${API}, tag: v1, digest: }\n`,
      `image: {repository: ${API}, tag: v1.2.3, digest: ${NEW}}\n`,
    ],
    ['a tag alone', `image:\n  repository: ${API}\n  tag: "1.0"\n`, `image:\n  repository: ${API}\n  tag: "v1.2.3@${NEW}"\n`],
    ['an empty tag', `image:\n  repository: ${API}\n  tag:\n  x: y\n`, `image:\n  repository: ${API}\n  tag: v1.2.3@${NEW}\n  x: y\n`],
    ['a number as tag', `image:\n  repository: ${API}\n  tag: 1.10\n`, `image:\n  repository: ${API}\n  tag: v1.2.3@${NEW}\n`],
    ['a digest alone', `image:\n  digest: ${OLD}\n  repository: ${API}\n`, `image:\n  digest: ${NEW}\n  repository: ${API}\n`],
    [
      'a digest without sha256',
      `i:\n  repository: ${API}\n  digest: ${'0'.repeat(64)}\n`,
      `i:\n  repository: ${API}\n  digest: ${'a'.repeat(64)}\n`,
    ],
    [
      'a registry apart',
      `image:\n  registry: ghcr.io\n  repository: acme/api\n  tag: v1\n`,
      `image:\n  registry: ghcr.io\n  repository: acme/api\n  tag: v1.2.3@${NEW}\n`,
    ],
    [
      'a registry for all',
      `global:\n  imageRegistry: ghcr.io\napi:\n  image:\n    repository: acme/web\n    tag: v1\n`,
      `global:\n  imageRegistry: ghcr.io\napi:\n  image:\n    repository: acme/web\n    tag: v1.2.3@${NEW}\n`,
    ],
    ['name and tag', `api:\n  image: ${API}\n  tag: v1\n`, `api:\n  image: ${API}\n  tag: v1.2.3@${NEW}\n`],
    ['a tag with its digest', `image:\n  repository: ${API}\n  tag: v1@${OLD}\n`, `image:\n  repository: ${API}\n  tag: v1.2.3@${NEW}\n`],
    [
      'a repository with its tag',
      `image:\n  repository: ${API}:v1\n  pullPolicy: Always\n`,
      `image:\n  repository: ${PINNED}\n  pullPolicy: Always\n`,
    ],
    [
      'values that are merged',
      `d: &d\n  repository: ${API}\n  tag: v1\nimage:\n  <<: *d\n  tag: v0\n`,
      `d: &d\n  repository: ${API}\n  tag: v1.2.3@${NEW}\nimage:\n  <<: *d\n  tag: v1.2.3@${NEW}\n`,
    ],
  ])('%s', (_, text, expected) => expect(pin(text)).toEqual({ text: expected, unplaced: [] }));

  it.each([
    ['a tag', `i: {repository: ${API}, tag: ""}\n`, `i:\n  tag: v1\n`, `i:\n  tag: v1.2.3@${NEW}\n`],
    ['a digest', `i: {registry: ghcr.io, repository: acme/api, tag: ""}\n`, `i: {digest: ""}\n`, `i: {digest: "${NEW}"}\n`],
    ['a tag whose digest is in the chart', `i: {repository: ${API}, digest: ${OLD}}\n`, `i: {tag: v1}\n`, `i: {tag: v1.2.3}\n`],
    ['another repository', `i: {repository: ${API}, tag: v1}\n`, `i: {repository: x/y, tag: v1}\n`, `i: {repository: x/y, tag: v1}\n`],
    ['a tag elsewhere', `i: {repository: ${API}, tag: v1}\n`, `j: {tag: v1}\n`, `j: {tag: v1}\n`],
    ['something else', `i: {repository: ${API}, tag: v1}\n`, `i: {pullPolicy: Always}\n`, `i: {pullPolicy: Always}\n`],
  ])('in a file that overrides %s', (_, defaults, text, expected) => {
    expect(pin(text, undefined, false, defaults)).toEqual({ text: expected, unplaced: [] });
  });

  it('writes JSON into JSON', () => {
    const text = `{"image": {"repository": "${API}", "tag": null, "digest": ""}}\n`;
    expect(JSON.parse(pin(text).text)).toEqual({ image: { repository: API, tag: 'v1.2.3', digest: NEW } });
  });

  it('quotes a tag that would be a number', () => {
    const text = `image:\n  repository: ${API}\n  tag: x\n  digest: ""\n`;
    for (const tag of ['1234567', '1.10', '0x12', '12e3', 'null', 'on', '2024-01-01']) {
      expect(pin(text, () => ({ tag, digest: NEW })).text).toContain(`tag: "${tag}"\n`);
    }
  });

  it('names a repository without a tag', () => {
    const text = `image:\n  repository: ${API}\n  pullPolicy: Always\n`;
    expect(pin(text)).toEqual({ text, unplaced: [expect.stringMatching(/^2: there is no `tag` and no `digest` beside/)] });
  });

  const SHARED = `x: &tag v1\napi: {repository: ${API}, tag: *tag}\nweb: {repository: ${WEB}, tag: *tag}\n`;
  it('names a tag that several images share by an anchor', () => {
    const result = pin(SHARED, (name) => ({ tag: 'v1', digest: name === API ? NEW : OLD }));
    expect(result).toEqual({ text: SHARED, unplaced: ['1: shared', '1: shared'] });
  });

  it('names a tag that an image and something else share by an anchor', () => {
    const text = `api: {repository: ${API}, tag: &t v1}\nlabels: {version: *t}\n`;
    expect(pin(text)).toEqual({ text, unplaced: ['1: shared'] });
  });

  it.each([
    ['another image', `d: &d {repository: ${API}, tag: v1}\nweb: {<<: *d, repository: ${WEB}}\n`, ['1: shared', '1: shared']],
    ['an image of others', `d: &d {repository: ${API}, tag: v1}\ndb: {<<: *d, repository: postgres}\n`, ['1: shared']],
  ])('names a tag that %s takes by merging', (_, text, unplaced) => {
    expect(pin(text, (name) => ({ tag: 'v1.2.3', digest: name === API ? NEW : OLD }))).toEqual({ text, unplaced });
  });

  it('writes a tag that the same image takes by merging', () => {
    const text = `d: &d {repository: ${API}, tag: v1}\njob: {<<: *d, pullPolicy: Always}\n`;
    expect(pin(text)).toEqual({ text: text.replace('v1', `v1.2.3@${NEW}`), unplaced: [] });
  });

  it('writes a tag that two places of one image share', () => {
    const text = `api: {repository: ${API}, tag: &t v1}\njob: {repository: ${API}, tag: *t}\n`;
    expect(pin(text)).toEqual({ text: text.replace('&t v1', `&t v1.2.3@${NEW}`), unplaced: [] });
  });
});

describe('pinning a kustomization', () => {
  it.each([
    [
      'a tag',
      `images:\n  - name: ${API}\n    newTag: v1 # now\n`,
      `images:\n  - name: ${API}\n    newTag: v1.2.3 # now\n    digest: ${NEW}\n`,
    ],
    ['a digest', `images:\n- digest: ${OLD}\n  name: ${API}\n`, `images:\n- digest: ${NEW}\n  name: ${API}\n`],
    [
      'a new name',
      `images:\n- name: api\n  newName: ${API}\n  newTag: v1\n`,
      `images:\n- name: api\n  newName: ${API}\n  newTag: v1.2.3\n  digest: ${NEW}\n`,
    ],
    ['a name alone', `images:\n- name: ${API}\n`, `images:\n- name: ${API}\n  newTag: v1.2.3\n  digest: ${NEW}\n`],
    ['flow style', `images: [{name: ${API}, newTag: v1}]\n`, `images: [{name: ${API}, newTag: v1.2.3, digest: ${NEW}}]\n`],
    [
      'Windows line ends',
      `images:\r\n- name: ${API}\r\n  newTag: v1\r\n`,
      `images:\r\n- name: ${API}\r\n  newTag: v1.2.3\r\n  digest: ${NEW}\r\n`,
    ],
    ['an empty tag', `images:\n- name: ${API}\n  newTag:\n`, `images:\n- name: ${API}\n  newTag: v1.2.3\n  digest: ${NEW}\n`],
    [
      'an alias',
      `x-tag: &t v1\nimages:\n- name: ${API}\n  newTag: *t\n`,
      `x-tag: &t v1.2.3\nimages:\n- name: ${API}\n  newTag: *t\n  digest: ${NEW}\n`,
    ],
    ['JSON', `{"images": [{"name": "${API}"}]}\n`, `{"images": [{"name": "${API}", "newTag": "v1.2.3", "digest": "${NEW}"}]}\n`],
    ['no line end', `images:\n- name: ${API}\n  newTag: v1`, `images:\n- name: ${API}\n  newTag: v1.2.3\n  digest: ${NEW}`],
  ])('%s', (_, text, expected) => expect(pin(text, undefined, true)).toEqual({ text: expected, unplaced: [] }));

  it('leaves an image alone that gets the name of another', () => {
    const text = `images:\n- name: ${API}\n  newName: docker.io/other/api\n  newTag: v1\n`;
    expect(pin(text, undefined, true)).toEqual({ text, unplaced: [] });
  });

  it('writes the overrides of Argo CD', () => {
    const text = `spec:\n  source:\n    kustomize:\n      images:\n        - api=${API}:v1\n        - ${WEB}:v1\n`;
    expect(pin(text).text).toBe(text.replace(`${API}:v1`, PINNED).replace(`${WEB}:v1`, `${WEB}:v1.2.3@${NEW}`));
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

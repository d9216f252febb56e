import { API, NEW, OLD, PINNED, WEB, pin } from './testing/pin-text';

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

import { API, NEW, OLD, PINNED, WEB, pin } from './testing/pin-text';

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

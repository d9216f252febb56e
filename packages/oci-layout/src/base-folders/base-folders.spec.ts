import { BaseFolders } from './base-folders';
import type { LayerFolders } from './layer-folders';

const NOTHING: LayerFolders = { folders: {}, links: {}, removed: [], emptied: [] };
const facts = (mode: number) => ({ mode, uid: 1, gid: 2 });

describe('BaseFolders', () => {
  it('uses the highest layer that has the folder', () => {
    const folders = new BaseFolders([
      { ...NOTHING, folders: { a: facts(0o700), b: facts(0o700) } },
      { ...NOTHING, folders: { a: facts(0o750) } },
    ]);
    expect(folders.find('a')).toEqual({ kind: 'folder', ...facts(0o750) });
    expect(folders.find('b')).toEqual({ kind: 'folder', ...facts(0o700) });
    expect(folders.find('c')).toBeUndefined();
  });

  it.each([
    ['removed', { removed: ['a'] }, 'a'],
    ['below a removed one', { removed: ['a'] }, 'a/b'],
    ['in an emptied one', { emptied: ['a'] }, 'a/b'],
    ['anywhere below an emptied root', { emptied: [''] }, 'a'],
  ])('does not find what a higher layer removes: %s', (_what, gone, path) => {
    const lower = { ...NOTHING, folders: { a: facts(0o700), 'a/b': facts(0o700) } };
    expect(new BaseFolders([lower, { ...NOTHING, ...gone }]).find(path)).toBeUndefined();
    expect(new BaseFolders([{ ...NOTHING, ...gone }, lower]).find(path)).toBeDefined();
  });

  it('keeps an emptied folder itself, finds links, and no properties of Object', () => {
    const folders = new BaseFolders([
      { ...NOTHING, folders: { a: facts(0o700) }, links: { bin: 'usr/bin' } },
      { ...NOTHING, emptied: ['a'] },
    ]);
    expect(folders.find('a')).toEqual({ kind: 'folder', ...facts(0o700) });
    expect(folders.find('bin')).toEqual({ kind: 'link', target: 'usr/bin' });
    expect(folders.find('constructor')).toBeUndefined();
  });
});

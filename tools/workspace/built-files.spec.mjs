/* global describe, it, expect, beforeEach, afterEach */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { readBuiltFiles, rebuiltFolders } from './built-files.mjs';

describe('folders of built packages', () => {
  let root;
  const write = (file, content = 'built\n') => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  };
  const rebuiltBy = (change) => {
    const before = readBuiltFiles(root);
    change();
    return rebuiltFolders(before, readBuiltFiles(root));
  };

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'built-files-')));
    for (const name of ['model', 'layout']) write(`packages/${name}/dist/index.js`);
    write('packages/model/dist/bundle/all.js');
    write('packages/model/src/index.ts');
    mkdirSync(join(root, 'packages/unbuilt'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('are as they were, whatever else is written', () => {
    expect(rebuiltBy(() => write('packages/model/src/index.ts', 'edited\n'))).toEqual([]);
  });

  it('were rebuilt where a file was removed and came back as it was, with its time', () => {
    const file = join(root, 'packages/model/dist/bundle/all.js');
    const { atime, mtime } = statSync(file);
    const restore = () => {
      rmSync(dirname(file), { recursive: true });
      write('packages/model/dist/bundle/all.js');
      utimesSync(file, atime, mtime);
    };
    expect(rebuiltBy(restore)).toEqual(['packages/model/dist']);
  });

  it('were rebuilt where a file was written, added or removed', () => {
    expect(rebuiltBy(() => write('packages/layout/dist/index.js', 'built again\n'))).toEqual(['packages/layout/dist']);
    expect(rebuiltBy(() => write('packages/unbuilt/dist/index.js'))).toEqual(['packages/unbuilt/dist']);
    expect(rebuiltBy(() => rmSync(join(root, 'packages/model/dist'), { recursive: true }))).toEqual(['packages/model/dist']);
  });
});

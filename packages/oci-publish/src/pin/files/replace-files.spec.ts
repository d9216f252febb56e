import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readTexts } from './read-texts';
import { replaceFiles } from './replace-files';

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'replace-files-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

describe('files that are replaced together', () => {
  it('are all left alone if somebody edits one of them meanwhile, who is told to run again', async () => {
    write('a.yaml', 'a: 1\n');
    write('b.yaml', 'b: 1\n');
    const { files } = await readTexts(folder, ['a.yaml', 'b.yaml']);
    write('b.yaml', 'b: mine\n');
    await expect(replaceFiles(files.map((file) => ({ file, text: 'new: 1\n' })))).rejects.toMatchObject({
      message: 'Cannot write b.yaml: it was changed by another program meanwhile.',
      hint: 'No file was changed. Run again, to pin what it has now.',
    });
    expect([read('a.yaml'), read('b.yaml'), readdirSync(folder)]).toEqual(['a: 1\n', 'b: mine\n', ['a.yaml', 'b.yaml']]);
  });
});

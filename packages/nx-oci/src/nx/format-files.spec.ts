import { makeWorkspace } from '@nx-oci/publish/testing';
import { FsTree } from 'nx/src/generators/tree';

import { formatAddition } from './format-files';

// What Prettier does to this file: one blank, and line ends of Unix.
const DEVKIT = `exports.formatFiles = async (tree) => {
  for (const { path } of tree.listChanges()) tree.write(path, tree.read(path, 'utf8').replace(/ +/g, ' ').replaceAll('\\r', ''));
};
`;

/** @returns the text of the file after lines were added to it */
async function addTo(before: string, added: string): Promise<string | null> {
  const workspace = makeWorkspace();
  workspace.write('package.json', '{}');
  workspace.write('a.yaml', before);
  workspace.write('node_modules/@nx/devkit/package.json', '{ "name": "@nx/devkit", "main": "index.js" }');
  workspace.write('node_modules/@nx/devkit/index.js', DEVKIT);
  try {
    const tree = new FsTree(workspace.root, false);
    tree.write('a.yaml', before + added);
    await formatAddition(tree, 'a.yaml', before);
    return tree.read('a.yaml', 'utf8');
  } finally {
    workspace.remove();
  }
}

it.each([
  ['formats what was added', 'a: 1\n', 'b:   2\n', 'a: 1\nb: 2\n'],
  ['formats a new file', '', 'b:   2\n', 'b: 2\n'],
  ['keeps lines that are formatted by hand', 'a:   1 # ours\n', 'b:   2\n', 'a:   1 # ours\nb:   2\n'],
  ['keeps line ends', 'a: 1\r\n', 'b:   2\r\n', 'a: 1\r\nb:   2\r\n'],
])('%s', async (_title, before, added, after) => {
  expect(await addTo(before, added)).toBe(after);
});

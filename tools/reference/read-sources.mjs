import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import ts from 'typescript';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

export const readText = (file) => readFileSync(join(ROOT, file), 'utf8');
export const readJson = (file) => JSON.parse(readText(file));

/** Loads a module of the sources, which need not be built. @param {string} file path from the root of the repository */
export async function loadSource(file) {
  const options = { bundle: true, write: false, platform: 'node', format: 'cjs', logLevel: 'error', conditions: ['source'] };
  const { outputFiles } = await build({ ...options, entryPoints: [join(ROOT, file)], tsconfig: join(ROOT, 'tsconfig.base.json') });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0].text)(module, module.exports, createRequire(join(ROOT, file)));
  return module.exports;
}

/** All sources of the packages without their specs, as syntax trees. */
export function readSyntax() {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', 'packages/*/src/*.ts'];
  const listed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  const files = [...new Set(listed.split('\0'))].filter((file) => file !== '' && !/\.spec\.ts$|\/testing\//.test(file)).sort();
  return files.flatMap((file) => {
    try {
      return [{ file, tree: ts.createSourceFile(file, readText(file), ts.ScriptTarget.Latest, true) }];
    } catch (error) {
      // Deleted, but not yet committed.
      if (error.code === 'ENOENT') return [];
      throw error;
    }
  });
}

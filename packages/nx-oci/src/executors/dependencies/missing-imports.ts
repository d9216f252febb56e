import { readFile, readdir } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A package that built code loads, but would not find in the image. */
export interface MissingImport {
  readonly name: string;
  /** From the folder of the code. */
  readonly file: string;
}

const CODE = /\.[cm]?js$/;
// The forms that compilers and bundlers write: `require("x")`, `from "x"`, `import "x"`, `import("x")`.
const IMPORT = /(?:\brequire|\bimport)\(\s*(["'])([^"'\s]+)\1\s*\)|^[ \t]*(?:import|export)\b[^"'\n;]*?(["'])([^"'\s]+)\3/gm;

/**
 * Packages that the built code loads and that the workspace has, but not the image: the code would only run in the workspace.
 *
 * Packages that the workspace lacks, too, are ignored: the code handles their absence.
 *
 * @param code folder with the output of the build
 * @param installed folder with the `node_modules` of the image
 */
export async function findMissingImports(code: string, installed: string): Promise<readonly MissingImport[]> {
  const inWorkspace = createRequire(join(code, 'package.json'));
  const found = new Map<string, MissingImport>();
  for (const file of await listCode(code)) {
    for (const [, , required, , imported] of (await readFile(join(code, file), 'utf8')).matchAll(IMPORT)) {
      const name = packageOf(required ?? imported ?? '');
      if (name === undefined || found.has(name) || existsSync(join(installed, 'node_modules', name))) continue;
      if (isThere(inWorkspace, name)) found.set(name, { name, file });
    }
  }
  return [...found.values()];
}

async function listCode(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && CODE.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .filter((path) => !path.split(sep).some((part) => part === 'node_modules' || part === 'workspace_modules'))
    .toSorted();
}

/** `@nestjs/core` for `@nestjs/core/injector`; `undefined` for a path, an alias (`#x`) and Node's own modules. */
function packageOf(specifier: string): string | undefined {
  if (/^[./#]/.test(specifier) || /^[a-z]+:/i.test(specifier) || isBuiltin(specifier)) return undefined;
  return /^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*/.exec(specifier)?.[0];
}

/** By its folder: not every package allows to require its package.json, or its main file. */
function isThere(require: NodeJS.Require, name: string): boolean {
  return (require.resolve.paths(name) ?? []).some((folder) => existsSync(join(folder, name, 'package.json')));
}

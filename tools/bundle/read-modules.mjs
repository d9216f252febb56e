import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

import { transformSync } from '@swc/core';

/**
 * The modules of a package that its entry points need, by their paths from `src`: `tags/compute-tags`.
 *
 * Each becomes a CommonJS module that loads another one at the first use of a name of it, unless code needs it at load time.
 */
export function readModules(root, entries) {
  const modules = new Map();
  const wanted = [...entries];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (modules.has(name)) continue;
    const module = readModule(join(root, 'src'), name);
    modules.set(name, module);
    wanted.push(...module.imports.values());
  }
  return modules;
}

function readModule(src, name) {
  const file = join(src, `${name}.ts`);
  const text = readFileSync(file, 'utf8');
  const specifiers = [...text.matchAll(/^(?:import|export|\}).* from '([^']+)';$/gm)].map(([, specifier]) => specifier);
  const { code, map } = transformSync(text, {
    filename: file,
    swcrc: false,
    configFile: false,
    sourceMaps: true,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' }, preserveAllComments: false },
    module: { type: 'commonjs', lazy: specifiers },
  });
  // The imports that swc kept: those of values.
  const asked = [...code.matchAll(/\brequire\("(\.[^"]+)"\)/g)].map(([, specifier]) => specifier);
  const imports = new Map(asked.map((specifier) => [specifier, resolve(src, file, specifier)]));
  const sourceMap = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`;
  return { file, imports, contents: `${keepFolder(code, name)}\n${sourceMap}` };
}

/** A module finds the files beside it as if it were not bundled: in `dist/generators/ci`. */
function keepFolder(code, name) {
  return code.replaceAll(/\b__dirname\b/g, `require('node:path').join(__dirname, '../${posix.dirname(name)}')`);
}

function resolve(src, file, specifier) {
  const path = join(dirname(file), specifier);
  const found = [path, join(path, 'index')].find((candidate) => existsSync(`${candidate}.ts`));
  if (found === undefined) throw new Error(`${file} imports ${specifier}, which does not exist.`);
  return relative(src, found).replaceAll('\\', '/');
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { transformSync } from '@swc/core';
import { build } from 'esbuild';

import { libraryPath } from './library-path.mjs';

/**
 * Writes `bundle.js`, whose exports open the entry points by their names.
 *
 * @returns the libraries of others that are asked for
 */
export async function bundleSources({ root, dist, entries }) {
  const libraries = new Set();
  await build({
    absWorkingDir: root,
    stdin: {
      contents: entries.map((entry) => `exports['${entry}'] = () => require('./${entry}');`).join('\n'),
      resolveDir: join(root, 'src'),
    },
    outfile: join(dist, 'bundle.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'none',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [runWhenAskedFor(), leaveOutside({ root, libraries })],
  });
  return [...libraries].sort();
}

/** Each module becomes a CommonJS one that asks for another at the first use of a name of it, as long as nothing runs at once. */
function runWhenAskedFor() {
  const setup = (bundler) =>
    bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const { code, map } = transformSync(readFileSync(path, 'utf8'), {
        filename: path,
        swcrc: false,
        configFile: false,
        sourceMaps: true,
        jsc: { target: 'es2022', parser: { syntax: 'typescript' }, preserveAllComments: false },
        module: { type: 'commonjs', lazy: importsOf(path) },
      });
      return {
        contents: `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`,
        loader: 'js',
      };
    });
  return { name: 'run when asked for', setup };
}

function importsOf(path) {
  return [...readFileSync(path, 'utf8').matchAll(/^(?:import|export|\}).* from '([^']+)';$/gm)].map(([, name]) => name);
}

/** Nx is the workspace's own, packages of ours are there once for all, and libraries of others have files of their own. */
function leaveOutside({ root, libraries }) {
  const setup = (bundler) =>
    bundler.onResolve({ filter: /^[^./]/ }, ({ path }) => {
      if (/^(?:node:|(?:nx|@nx|@nx-oci)\/)/.test(path)) return { path, external: true };
      const place = libraryPath(root, path);
      if (place.isOwn) libraries.add(path);
      return { path: place.path, external: true };
    });
  return { name: 'leave outside', setup };
}

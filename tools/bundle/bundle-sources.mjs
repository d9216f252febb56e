import { join } from 'node:path';

import { build } from 'esbuild';

import { libraryPath } from './library-path.mjs';
import { readModules } from './read-modules.mjs';

/**
 * Writes a file into `bundle` for each room of a package. Its exports load the modules that other rooms import, by their names.
 *
 * @param roomOf the name of such a file, by the name of a module
 * @returns the third-party libraries that are imported
 */
export async function bundleSources({ root, dist, entries, roomOf }) {
  const modules = readModules(root, entries);
  const libraries = new Set();
  for (const room of new Set([...modules.keys()].map(roomOf))) {
    const opened = [...new Set([...entries, ...askedFromElsewhere(modules, roomOf)])].filter((name) => roomOf(name) === room).sort();
    await build({
      absWorkingDir: root,
      stdin: { contents: opened.map((name) => `exports['${name}'] = () => require('${name}');`).join('\n') },
      outfile: join(dist, 'bundle', `${room}.js`),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      legalComments: 'none',
      sourcemap: true,
      sourcesContent: false,
      logLevel: 'warning',
      plugins: [takeModules({ room, modules, roomOf }), leaveOutside({ root, libraries })],
    });
  }
  return [...libraries].sort();
}

function askedFromElsewhere(modules, roomOf) {
  return [...modules].flatMap(([name, { imports }]) => [...imports.values()].filter((asked) => roomOf(asked) !== roomOf(name)));
}

/** Modules of the room are bundled; those of another room are loaded from there, at their first use. */
function takeModules({ room, modules, roomOf }) {
  const setup = (bundler) => {
    bundler.onResolve({ filter: /.*/ }, ({ path, importer, namespace }) => {
      if (namespace === 'elsewhere') return { path, external: true };
      const name = importer === '<stdin>' ? path : modules.get(nameOf(modules, importer))?.imports.get(path);
      if (name === undefined) return undefined;
      return roomOf(name) === room ? { path: modules.get(name).file } : { path: name, namespace: 'elsewhere' };
    });
    bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => ({ contents: modules.get(nameOf(modules, path)).contents, loader: 'js' }));
    bundler.onLoad({ filter: /.*/, namespace: 'elsewhere' }, ({ path }) => ({
      contents: `module.exports = require('./${roomOf(path)}.js')['${path}']();`,
    }));
  };
  return { name: 'take modules', setup };
}

function nameOf(modules, path) {
  return [...modules].find(([, { file }]) => file === path)?.[0];
}

/** Nx comes from the workspace, our other packages are shared, and third-party libraries have their own files. */
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

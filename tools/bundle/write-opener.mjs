import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

const require = createRequire(import.meta.url);

/** Writes the file of an entry point, which loads it from the bundle. A program keeps its first line. */
export function writeOpener({ root, dist, entry, room }) {
  const file = join(dist, `${entry}.js`);
  const bundle = join(dist, 'bundle', `${room}.js`);
  const path = relative(dirname(file), bundle).replaceAll('\\', '/');
  const [firstLine] = readFileSync(join(root, 'src', `${entry}.ts`), 'utf8').split('\n');
  const isProgram = firstLine.startsWith('#!');
  const names = isProgram ? [] : Object.keys(require(bundle)[entry]()).filter((name) => name !== 'default');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    [
      ...(isProgram ? [firstLine] : []),
      `module.exports = require('${path.startsWith('.') ? path : `./${path}`}')['${entry}']();`,
      // Never runs: it shows Node which names an `import` of this file may use.
      ...(names.length > 0 ? [`0 && (module.exports = { ${names.join(', ')} });`] : []),
      '',
    ].join('\n'),
  );
}

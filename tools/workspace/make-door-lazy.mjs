/**
 * Makes the front door of a built package load what is asked for, when it is asked for: `node make-door-lazy.mjs dist/index.js`.
 *
 * TypeScript loads every module that a front door names. Nx loads our plugin at each of its commands, and needs a tenth of that.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const modules = new Map([...text.matchAll(/^var (\w+) = (require\("\.[^"]+"\));\n/gm)].map(([, name, call]) => [name, call]));
const names = [...text.matchAll(/^Object\.defineProperty\(exports, "(\w+)", \{ enumerable: true, get/gm)].map(([, name]) => name);
if (modules.size === 0 && !text.includes('module.exports = {')) throw new Error(`${file} is not the front door that TypeScript writes.`);
if (modules.size > 0) {
  const lazy = text
    .replace(/^var \w+ = require\("\.[^"]+"\);\n/gm, '')
    .replace(/^Object\.defineProperty\(exports, "(\w+)", .*return (\w+)\.(\w+); \} \}\);$/gm, (whole, name, module, inner) =>
      modules.has(module) ? `offer("${name}", () => ${modules.get(module)}.${inner});` : whole,
    );
  const offer = 'const offer = (name, get) => Object.defineProperty(exports, name, { enumerable: true, get });';
  // The last line never runs: it tells Node which names an `import` of this file may ask for.
  writeFileSync(
    file,
    `${lazy.replace(/^exports\..*void 0;\n/gm, '')}`.replace(/^offer\(/m, `${offer}\noffer(`) +
      `\n0 && (module.exports = { ${names.join(', ')} });\n`,
  );
}

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { build } from 'esbuild';

import { packageOf } from './package-of.mjs';

/** @returns absolute paths of the bundled files */
export async function bundleLibraries({ root, dist, libraries }) {
  const inputs = [];
  for (const name of libraries) {
    const { metafile } = await build({
      absWorkingDir: root,
      stdin: { contents: await opening(root, name), resolveDir: root },
      outfile: join(dist, 'third-party', `${name.replaceAll('/', '-')}.js`),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      legalComments: 'none',
      logLevel: 'warning',
      metafile: true,
      plugins: name === 'zod' ? [speakEnglish()] : [],
    });
    const files = Object.keys(metafile.inputs).filter((file) => file !== '<stdin>');
    inputs.push(...files.map((file) => join(root, file)));
  }
  return inputs;
}

/** A CommonJS library is re-exported as it is; the exports of an ES module are listed. */
async function opening(root, name) {
  const folder = packageOf(join(root, 'src'), name);
  const { type } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (type !== 'module') return `module.exports = require('${name}');`;
  const hasDefault = 'default' in (await import(name));
  return `export * from '${name}';${hasDefault ? ` export { default } from '${name}';` : ''}`;
}

/** Half of zod is messages in fifty languages, of which we use one. */
function speakEnglish() {
  let isFound = false;
  const setup = (bundler) => {
    bundler.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => {
      isFound = true;
      return { contents: "export { default as en } from './en.js';", resolveDir: dirname(path) };
    });
    bundler.onEnd(() => (isFound ? {} : { errors: [{ text: 'zod has moved its languages: adapt tools/bundle/bundle-libraries.mjs' }] }));
  };
  return { name: 'speak English', setup };
}

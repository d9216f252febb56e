import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { build } from 'esbuild';

import { packageOf } from './package-of.mjs';

/** @returns the files that were taken in, absolute */
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

/** A CommonJS library is handed on as it is; what an ES module exports is listed. */
async function opening(root, name) {
  const folder = packageOf(join(root, 'src'), name);
  const { type } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (type !== 'module') return `module.exports = require('${name}');`;
  const hasDefault = 'default' in (await import(name));
  return `export * from '${name}';${hasDefault ? ` export { default } from '${name}';` : ''}`;
}

/** Half of zod are its messages in fifty languages, of which we use one. */
function speakEnglish() {
  let isFound = false;
  const setup = (bundler) => {
    bundler.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => {
      isFound = true;
      return { contents: "export { default as en } from './en.js';", resolveDir: dirname(path) };
    });
    bundler.onEnd(() =>
      isFound ? {} : { errors: [{ text: 'The languages of zod are elsewhere now: tools/bundle/bundle-libraries.mjs' }] },
    );
  };
  return { name: 'speak English', setup };
}

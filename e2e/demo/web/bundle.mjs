// Renders the site into dist/e2e/demo/web/site.
import { mkdir, writeFile } from 'node:fs/promises';

import { build } from 'esbuild';

const output = 'dist/e2e/demo/web/site';
const { outputFiles } = await build({ entryPoints: ['e2e/demo/web/src/render-page.ts'], bundle: true, format: 'esm', write: false });
const { renderPage } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
await mkdir(output, { recursive: true });
await writeFile(`${output}/index.html`, renderPage());

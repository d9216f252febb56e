// Bundles the service into one file, dist/e2e/demo/api/app/main.cjs.
import { build } from 'esbuild';

await build({
  entryPoints: ['e2e/demo/api/src/main.ts'],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outfile: 'dist/e2e/demo/api/app/main.cjs',
});

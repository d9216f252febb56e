// `npm run rehearse-release`: a release in a copy of the repository, to an npm registry on loopback, and a new workspace that uses it.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { requireTool } from '../ci/tools.mjs';
import { newcomerEnvironment, tryCombination } from '../newcomer/try-combination.mjs';
import { runCommand } from '../newcomer/run-command.mjs';
import { checkRelease } from './check-release.mjs';
import { copyRepository } from './copy-repository.mjs';
import { serveNpmRegistry } from './serve-npm-registry.mjs';

// No release has this one, so that its packages can only come from here.
const VERSION = '9.9.9';

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-release-')));
const inScratch = (name) => {
  mkdirSync(join(scratch, name));
  return join(scratch, name);
};
const server = await serveNpmRegistry(requireTool('verdaccio'), inScratch('npm'));
try {
  const repository = inScratch('repository');
  copyRepository(repository, server.npmrc);
  const env = newcomerEnvironment(inScratch('nx'));
  await runCommand(['npx', '--no', 'nx', 'release', VERSION, '--first-release', '--yes'], { cwd: repository, env });
  for (const line of await checkRelease(repository, server.url, VERSION)) console.log(line);
  const image = await tryCombination({ nx: '23', manager: 'npm' }, { plugin: 'nx-oci', npmrc: server.npmrc });
  console.log(`A new workspace added nx-oci ${VERSION} by its name, and published ${image}.`);
} finally {
  server.close();
  rmSync(scratch, { recursive: true, force: true });
}

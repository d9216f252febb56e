import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { sharedFolder } from './shared-folder';
import { type TestWorkspace } from './test-workspace';

/** Copies our packages into a workspace, so that `npm ci` in a clone of it finds them: no package registry has them yet. */
export function copyPackages(workspace: TestWorkspace): void {
  cpSync(join(sharedFolder(), 'packed'), join(workspace.root, 'vendor'), { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    workspace.write(file, readFileSync(join(workspace.root, file), 'utf8').replace(/file:[^"]*\/packed\//g, 'file:vendor/'));
  }
}

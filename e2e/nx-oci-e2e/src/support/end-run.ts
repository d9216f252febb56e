import { rmSync } from 'node:fs';

import { sharedFolder } from './shared-folder';

/** Runs once after all spec files. */
export default function endRun(): void {
  rmSync(sharedFolder(), { recursive: true, force: true });
}

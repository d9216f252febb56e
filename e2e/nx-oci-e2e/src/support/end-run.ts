import { rmSync } from 'node:fs';

import { sharedFolder } from './shared-folder';

/** Once after all spec files. */
export default function endRun(): void {
  rmSync(sharedFolder(), { recursive: true, force: true });
}

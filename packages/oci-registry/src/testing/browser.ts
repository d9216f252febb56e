import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import { findRealTool } from '@nx-oci/model/testing';
import { chromium, type Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const INSTALL = 'node tools/ci/install.mjs --only chromium, or set CHROMIUM to a Chromium or Chrome';

/** A `describe` that needs Chromium: without one it is skipped, or fails if `NX_OCI_REQUIRE` names `chromium`, as in CI. */
export function describeInBrowser(title: string, body: (launch: () => Promise<Browser>) => void): void {
  const path = findBrowser();
  if (path !== undefined) {
    describe(title, () => body(() => launch(path)));
    return;
  }
  if ((process.env['NX_OCI_REQUIRE'] ?? '').split(',').includes('chromium')) {
    describe(title, () => {
      it('needs chromium, which NX_OCI_REQUIRE requires', () => {
        throw new Error(`Chromium is missing: ${INSTALL}`);
      });
    });
    return;
  }
  describe.skip(title, () => {
    it(`needs chromium (${INSTALL})`, () => undefined);
  });
}

function findBrowser(): string | undefined {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && named !== '') return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? findRealTool('chromium');
}

// Chromium has no sandbox for root.
function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

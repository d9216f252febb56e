import { type GeneratorCallback } from '@nx/devkit';
import { printable } from '@nx-oci/publish';

import { logger } from '../nx/devkit';

/**
 * Prints what a generator has to say. Nx calls the callback of a generator once the files are written, and never in a dry run,
 * which is when people decide by this text: then it is printed at once.
 *
 * @param before what has to be done first, such as an installation; not in a dry run
 */
export function reportResult(lines: readonly string[], before?: () => Promise<void>): GeneratorCallback {
  const print = () => logger.info(printable(lines.join('\n')));
  if (isDryRun()) {
    print();
    return () => undefined;
  }
  return async () => {
    await before?.();
    print();
  };
}

/** Nx tells it by this variable only. */
export function isDryRun(): boolean {
  return process.env['NX_DRY_RUN'] === 'true';
}

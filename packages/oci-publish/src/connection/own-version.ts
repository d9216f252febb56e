import { versionAbove } from '@nx-oci/model';

/** The version of this package. */
export function ownVersion(): string {
  return versionAbove(__dirname);
}

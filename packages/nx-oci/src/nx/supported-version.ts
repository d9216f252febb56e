import { OciError } from '@nx-oci/model';

const OLDEST = 22;
const NEWEST = 24;

/**
 * Refuses unsupported versions of Nx.
 *
 * @throws OciError `OPTIONS_INVALID`
 */
export function requireSupportedNx(version: string): void {
  const major = Number.parseInt(version, 10);
  if (major >= OLDEST && major <= NEWEST) return;
  const remedy = major < OLDEST ? `Upgrade Nx first: nx migrate ${OLDEST}` : 'Check for a newer version of nx-oci.';
  throw new OciError('OPTIONS_INVALID', `Cannot use nx-oci with Nx ${version}: it needs Nx ${OLDEST} to ${NEWEST}.`, {
    hint: `${remedy} Nothing was changed.`,
  });
}

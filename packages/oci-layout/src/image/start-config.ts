import {
  formatPlatform,
  isImageSpecificLabel,
  normalizePlatform,
  OciError,
  type HistoryEntry,
  type ImageConfig,
  type Platform,
} from '@nx-oci/model';

/** Builds never record the current time. */
export const BUILD_TIME = '1970-01-01T00:00:00Z';

/** The initial config without a base image: that of `scratch`. */
export function emptyConfig(platform: Platform): ImageConfig {
  return { created: BUILD_TIME, ...normalizePlatform(platform), rootfs: { type: 'layers', diff_ids: [] }, history: [] };
}

/**
 * The initial config on a base image, without what describes the base itself.
 *
 * Dropped are the labels `org.opencontainers.image.*` (they name the version, source and time of the base) and
 * `dev.nx-oci.*` (otherwise every image would inherit the project of a base that we built), its author, its `ONBUILD` triggers,
 * and Docker's data about the build container. The history gets an entry for each layer without one: Artifactory and old
 * versions of Docker match the two lists one by one.
 *
 * @param baseLayers how many layers the base's manifest has.
 * @throws OciError `PLATFORM_INVALID`, `CONFIG_INVALID`.
 */
export function inheritConfig(base: ImageConfig, platform: Platform, baseLayers: number): ImageConfig {
  refuseOtherMachine(base, platform);
  if (base.rootfs.diff_ids.length !== baseLayers) {
    const message = `Cannot build on the base image: its config lists ${base.rootfs.diff_ids.length} layers, its manifest ${baseLayers}.`;
    throw new OciError('CONFIG_INVALID', message, { hint: 'The base image is corrupt: pull or build it again.' });
  }
  const { os, architecture, variant, rootfs, config = {} } = base;
  const { Labels = {}, OnBuild: _triggers, ...settings } = config;
  return {
    created: BUILD_TIME,
    os,
    architecture,
    ...(variant !== undefined && { variant }),
    ...(base['os.version'] !== undefined && { 'os.version': base['os.version'] }),
    ...(base['os.features'] !== undefined && { 'os.features': base['os.features'] }),
    config: {
      ...settings,
      Labels: Object.fromEntries(Object.entries(Labels).filter(([key]) => !isImageSpecificLabel(key))),
    },
    rootfs: { type: 'layers', diff_ids: rootfs.diff_ids },
    history: completeHistory(base.history ?? [], baseLayers),
  };
}

function completeHistory(history: readonly HistoryEntry[], layers: number): readonly HistoryEntry[] {
  const described = history.filter((entry) => entry.empty_layer !== true).length;
  const missing = Array.from({ length: Math.max(0, layers - described) }, () => ({ created: BUILD_TIME, created_by: 'base image' }));
  // More entries than layers cannot be matched.
  return described > layers
    ? Array.from({ length: layers }, () => ({ created: BUILD_TIME, created_by: 'base image' }))
    : [...missing, ...history];
}

function refuseOtherMachine(base: ImageConfig, platform: Platform): void {
  const { os, architecture } = normalizePlatform(base);
  const wanted = normalizePlatform(platform);
  if (os === wanted.os && architecture === wanted.architecture) return;
  const message = `Cannot build for ${formatPlatform(wanted)}: the base image is for ${formatPlatform({ os, architecture })}.`;
  throw new OciError('PLATFORM_INVALID', message, { hint: 'Choose another base image, or another platform.' });
}

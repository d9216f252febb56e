import { createLayout, openLayout } from '@nx-oci/layout';
import {
  ANNOTATIONS,
  copyImage,
  encodeImageConfig,
  encodeManifest,
  firstOf,
  formatPlatform,
  isAboutOneImage,
  OciError,
  parseImageConfig,
  parseManifest,
  type Descriptor,
} from '@nx-oci/model';

import { documentSource } from '../document-source';

/** A layout that a builder wrote, and the folder that its image goes to. */
export interface Taking {
  readonly project: string;
  readonly layout: string;
  readonly folder: string;
  /** Names of the labels that the image was given: what others say of it is said of its base. */
  readonly ownLabels: ReadonlySet<string>;
  readonly signal?: AbortSignal;
}

export interface TakenImage {
  readonly manifest: Descriptor;
  /** `os/architecture[/variant]` */
  readonly platform: string;
}

/**
 * Takes the one image of a layout over into another, with all of its blobs, and leaves out what it has from its base alone:
 * that the base has a version, say, would keep the image's own from being written into it.
 *
 * @throws OciError `WRONG_IMAGE` when it does not carry the project's label.
 */
export async function takeImage({ project, layout, folder, ownLabels, signal }: Taking): Promise<TakenImage> {
  const from = await openLayout(layout);
  const [entry] = await from.entries();
  if (entry === undefined) throw wrongImage(project);
  const manifest = parseManifest(await from.readDocument(entry), entry.mediaType);
  const config = parseImageConfig(await from.readDocument(manifest.config));
  const labels = config.config?.Labels ?? {};
  if (labels[ANNOTATIONS.project] !== project) throw wrongImage(project);
  const own = encodeImageConfig(
    { ...config, config: { ...config.config, Labels: leaveOutInherited(labels, ownLabels) } },
    manifest.config.mediaType,
  );
  const whole = encodeManifest({ ...manifest, config: { ...manifest.config, ...own.descriptor } });
  const to = await createLayout(folder);
  await copyImage(firstOf([documentSource([whole, own]), from]), to, whole.descriptor, signal === undefined ? {} : { signal });
  const { os, architecture, variant } = config;
  const platform = { os, architecture, ...(variant !== undefined && { variant }) };
  await to.setEntries([{ ...whole.descriptor, platform }]);
  await to.removeUnreferenced();
  return { manifest: whole.descriptor, platform: formatPlatform(platform) };
}

function leaveOutInherited(labels: Readonly<Record<string, string>>, own: ReadonlySet<string>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => own.has(name) || !isAboutOneImage(name)));
}

function wrongImage(project: string): OciError {
  return new OciError('WRONG_IMAGE', `Cannot use the image of ${project}: what the builder left does not carry its label.`, {
    hint: 'Build it again. If it stays like this, please report it with the output of the builder.',
  });
}

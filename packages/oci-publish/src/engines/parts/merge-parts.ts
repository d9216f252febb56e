import { buildIndex, openLayout, type Layout, type PlatformImage } from '@nx-oci/layout';
import {
  ANNOTATIONS,
  fallbackSource,
  formatPlatform,
  makeAnnotations,
  OciError,
  parseImageConfig,
  parseManifest,
  parsePlatform,
  type Digest,
  type Platform,
} from '@nx-oci/model';

import { joinBaseRecords, joinUsedImages } from '../image/join-base-records';
import { type LocalImage } from '../image/local-image';
import { digestIndexBuild } from '../names/digest-build';
import { howToMakeParts, type FoundPart } from './find-parts';

type Texts = Readonly<Record<string, string>>;

/**
 * One image of the parts that several machines made: the index that one machine would have made for all platforms, over the same
 * manifests. Reads their manifests and configs only; writes nothing.
 *
 * @param folder of the project.
 * @param parts in the order in which the index lists them.
 */
export async function mergeParts(project: string, folder: string, parts: readonly FoundPart[]): Promise<LocalImage> {
  const opened = await Promise.all(parts.map(openPart));
  const [first] = opened;
  if (first === undefined) throw new Error('an image of no parts');
  const platforms = parts.map(({ platform }) => platform);
  const content = fallbackSource(opened.map(({ layout }) => layout));
  if (opened.length === 1) {
    const { build, output } = first.record;
    return { record: { project, platforms, build, output }, folder, parts, readDocument: (one) => first.layout.readDocument(one), content };
  }
  const build = digestIndexBuild(parts.map(({ record }) => record.build));
  const outputs = parts.map(({ record }) => record.output);
  const base = joinBaseRecords(outputs.flatMap((output) => output.base ?? []));
  const staged = outputs.flatMap((output) => output.staged ?? []);
  const index = buildIndex(
    opened.map(({ image }) => image),
    { ...commonAnnotations(opened), ...makeAnnotations({ project, build }) },
  );
  const layoutOf = new Map(opened.flatMap(({ documents, layout }) => documents.map((digest) => [digest, layout])));
  return {
    record: {
      project,
      platforms,
      build,
      output: { manifest: index.descriptor, ...(base && { base }), ...(staged.length > 0 && { staged }), ...joinUsedImages(outputs) },
    },
    folder,
    parts,
    readDocument: async (one) =>
      one.digest === index.descriptor.digest ? Buffer.from(index.bytes) : (layoutOf.get(one.digest) ?? first.layout).readDocument(one),
    content,
  };
}

interface OpenedPart extends Pick<FoundPart, 'record'> {
  readonly layout: Layout;
  readonly image: PlatformImage;
  /** Of its manifest. */
  readonly annotations: Texts;
  /** Manifest and config. */
  readonly documents: readonly Digest[];
}

async function openPart(part: FoundPart): Promise<OpenedPart> {
  const { folder, platform, record } = part;
  const layout = await openLayout(folder);
  const { manifest: descriptor, base } = record.output;
  const bytes = await layout.readDocument(descriptor);
  const { annotations = {}, config } = parseManifest(bytes, descriptor.mediaType);
  const facts = parseImageConfig(await layout.readDocument(config));
  const expected = parsePlatform(platform);
  // The record is a file that may have been edited or mixed up; a wrong platform would start nowhere.
  if (facts.os !== expected.os || facts.architecture !== expected.architecture) {
    const made = formatPlatform({ os: facts.os, architecture: facts.architecture });
    throw new OciError('LAYOUT_INVALID', `${folder} holds an image for ${made}, not for ${platform}.`, { hint: howToMakeParts([part]) });
  }
  const baseDigest = annotations[ANNOTATIONS.baseDigest] ?? base?.digests[0];
  return {
    record,
    layout,
    annotations,
    documents: [descriptor.digest, config.digest],
    image: {
      manifest: { descriptor, bytes },
      platform: { ...expected, ...versionOf(facts) },
      ...(baseDigest !== undefined && { annotations: makeAnnotations({ baseDigest }) }),
    },
  };
}

/** Windows chooses an image by it. */
function versionOf({ 'os.version': version }: Partial<Platform>): Partial<Platform> {
  return version === undefined ? {} : { 'os.version': version };
}

/** What holds for every part holds for the image; each has a base and a build of its own. */
function commonAnnotations(parts: readonly OpenedPart[]): Texts {
  const [first] = parts;
  const own: readonly string[] = [ANNOTATIONS.baseDigest, ANNOTATIONS.project, ANNOTATIONS.build];
  return Object.fromEntries(
    Object.entries(first?.annotations ?? {}).filter(
      ([name, value]) => !own.includes(name) && parts.every(({ annotations }) => annotations[name] === value),
    ),
  );
}

import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { isDigest, OciError, readTextFile, type Descriptor, type Digest } from '@nx-oci/model';
import { z } from 'zod';

import { inputsSchema, type InputsRecord } from '../inputs/inputs-record';
import { sourcesSchema, type SourcesRecord } from '../sources/sources-record';
import { matchSchema } from '../../text/match-schema';
import { replaceFile } from '../../text/replace-file';
import { ENGINE_NAMES, type EngineName } from '../options/engine-names';
import { projectOfFolder } from '../names/image-folder';

export { imageFolder } from '../names/image-folder';

/** The base image of another one, as it was when that was built. */
export interface BaseRecord {
  /** As written: `docker.io/library/node:22-slim`. */
  readonly reference: string;
  /** `host[:port]`. */
  readonly registry: string;
  readonly repository: string;
  /** Of the manifests for the platforms, not of an index. */
  readonly digests: readonly Digest[];
  /** What the reference pointed at: that manifest, or the index that lists it. Absent if unknown. */
  readonly root?: Digest;
  /** Of all of them. Named in our manifests, but not stored in our layout: copied or mounted from the base's registry. */
  readonly layers: readonly Descriptor[];
}

/** Layers that a repository has, by digest. */
export interface StagedLayers {
  /** `host[:port]`. */
  readonly registry: string;
  readonly repository: string;
  readonly layers: readonly Descriptor[];
}

/** An image in a registry that an image of a Dockerfile is built on or copies from. */
export interface UsedImage {
  /** The full reference: `docker.io/library/node:22-slim`. */
  readonly reference: string;
  /** What was used: the digest that its tag had, or those of manifests for platforms. Empty if unknown. */
  readonly digests: readonly Digest[];
  /** `base`: the last stage is built on it. `source`: another stage is, or files are copied from it. */
  readonly role: 'base' | 'source';
  /** The project of the workspace that makes it: then the digests are those of its build, before it is stamped. */
  readonly project?: string;
}

/** The image is beside the record as an OCI image layout (`oci-layout`, `index.json`, `blobs/`), perhaps a sparse one. */
export interface ImageOutput {
  /** Of one platform; or an index over the images of several. */
  readonly manifest: Descriptor;
  readonly base?: BaseRecord;
  /** Where the layers of a part are that was staged: then the layout does not store them. */
  readonly staged?: readonly StagedLayers[];
  /** Attestations name its digest: no document of it may change, and a publish does not stamp it. */
  readonly isAsBuilt?: true;
  /** Of a Dockerfile: all images that it is made of. Of files: the base, if a project of the workspace makes it. */
  readonly images?: readonly UsedImage[];
  /** Of a Dockerfile: whether there are others, whose name only its builder knows. */
  readonly hasUnknownImage?: boolean;
  /** The tool's own id of what it built: the same content has the same id. */
  readonly imageId?: Digest;
  /** Local `name:tag` in the store of the tool, if that also has the image. */
  readonly name?: string;
}

/** What `build` passes to `publish`: `image.json` in the project's image folder. Contains no commit and no time. */
export interface ImageRecord {
  readonly schemaVersion: typeof RECORD_VERSION;
  readonly project: string;
  readonly engine: EngineName;
  /** `os/architecture[/variant]`, as in `linux/amd64`; one at least. */
  readonly platforms: readonly string[];
  /** Digest of the normalised build options and the base's digest; also the image's label `dev.nx-oci.build`, or the annotation of an index. */
  readonly build: Digest;
  readonly output: ImageOutput;
  /** The sources of the image, so that `publish` can check whether they changed. */
  readonly sources: SourcesRecord;
  /** The inputs of the tasks before it; absent if unknown. */
  readonly inputs?: InputsRecord;
}

/** An image of another version of nx-oci is built again. */
export const RECORD_VERSION = 5;

const RECORD_FILE = 'image.json';

// It names each file of the image.
const LONGEST_RECORD_BYTES = 256 * 1024 * 1024;

const digestSchema = z.custom<Digest>(isDigest, 'not a digest');

const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest: digestSchema,
  size: z.int().min(0),
}) satisfies z.ZodType<Descriptor>;

const recordSchema = z.object({
  schemaVersion: z.literal(RECORD_VERSION),
  project: z.string().min(1),
  engine: z.enum(ENGINE_NAMES),
  platforms: z.array(z.string()).min(1),
  build: digestSchema,
  output: z.object({
    manifest: descriptorSchema,
    base: z
      .object({
        reference: z.string(),
        registry: z.string(),
        repository: z.string(),
        digests: z.array(digestSchema),
        root: digestSchema.optional(),
        layers: z.array(descriptorSchema),
      })
      .optional(),
    staged: z.array(z.object({ registry: z.string(), repository: z.string(), layers: z.array(descriptorSchema) })).optional(),
    isAsBuilt: z.literal(true).optional(),
    images: z
      .array(
        z.object({
          reference: z.string(),
          digests: z.array(digestSchema),
          role: z.enum(['base', 'source']),
          project: z.string().optional(),
        }),
      )
      .optional(),
    hasUnknownImage: z.boolean().optional(),
    imageId: digestSchema.optional(),
    name: z.string().optional(),
  }),
  sources: sourcesSchema,
  inputs: inputsSchema.optional(),
}) satisfies z.ZodType<ImageRecord>;

/**
 * Reads the record that `build` wrote to an image folder.
 *
 * @param folder as `imageFolder` names it.
 * @throws OciError `LAYOUT_INVALID` when there is no record, or an invalid one.
 */
export async function readImageRecord(folder: string): Promise<ImageRecord> {
  const project = projectOfFolder(folder);
  const hint = `Build the image first: nx run ${project}:image`;
  const text = await readTextFile(join(folder, RECORD_FILE), LONGEST_RECORD_BYTES);
  if (text === undefined) {
    throw new OciError('LAYOUT_INVALID', `Cannot find an image of ${project}: ${folder} has no ${RECORD_FILE}.`, { hint });
  }
  const written = parseJson(text);
  const result = matchSchema(recordSchema, written);
  if (result.success) return result.data;
  if (isOfOtherVersion(written)) {
    throw new OciError('LAYOUT_INVALID', `Cannot use the image of ${project}: another version of nx-oci built it.`, {
      hint: `Build and publish it in one run: nx run ${project}:publish --skip-nx-cache`,
    });
  }
  throw new OciError(
    'LAYOUT_INVALID',
    `Cannot read the image of ${project}: ${RECORD_FILE} in ${folder} is not a record written by nx-oci.`,
    {
      hint,
      cause: result.error,
    },
  );
}

/** Writes the record: last, so that a folder with a record contains a complete image. */
export async function writeImageRecord(folder: string, record: ImageRecord): Promise<void> {
  await replaceFile(join(folder, RECORD_FILE), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** Whether `build` wrote a folder: other layouts have no record. */
export async function hasImageRecord(folder: string): Promise<boolean> {
  return (await stat(join(folder, RECORD_FILE)).catch(() => undefined)) !== undefined;
}

/** Removes the record before a new image is written, so that a failed build leaves no wrong record. */
export async function removeImageRecord(folder: string): Promise<void> {
  await rm(join(folder, RECORD_FILE), { force: true });
}

function isOfOtherVersion(written: unknown): boolean {
  const version = typeof written === 'object' && written !== null && 'schemaVersion' in written ? written.schemaVersion : undefined;
  return typeof version === 'number' && version !== RECORD_VERSION;
}

/** `undefined` for text that is not JSON: the schema refuses it like any invalid record. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

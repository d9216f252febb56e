import { join } from 'node:path';

import { openLayout, openPlatforms, openSavedPlatforms, type SavedImage } from '@nx-oci/layout';
import { digestOf, OciError, type Digest } from '@nx-oci/model';

import { memoize } from '../../run/memoize';
import { removeBuilderCache } from '../docker/builder-cache';
import type { DockerContext } from '../docker/docker-call';
import type { AsBuilt, DockerfileBuild, DockerfileTool, LocalImage } from '../dockerfile/dockerfile-tool';
import { runTool, runToolOrFail, type ToolOutcome } from '../tools/run-tool';
import { digestIn } from './bake-metadata';
import { formatPushTarget } from './bake-builder-options';
import { bakeTogether, exportFolders, type BakedImage, type BakedPart } from './bake-together';
import { findBuilderFailure } from './builder-failure';
import { buildxCall, buildxPurpose } from './buildx-call';
import { leaveOutLayers, withLeftOut } from './leave-out-layers';

interface WaitingBuild {
  readonly build: DockerfileBuild;
  readonly settle: (outcome: PromiseSettledResult<BakedImage>) => void;
}

/** Any BuildKit that `docker buildx` reaches, on this machine or elsewhere, as a tool that builds Dockerfiles. */
export function createBuildxTool(context: DockerContext): DockerfileTool {
  let waiting: WaitingBuild[] = [];
  const bakeAll = async (): Promise<void> => {
    const builds = waiting;
    waiting = [];
    const builders = new Set(builds.map(builderOf));
    await Promise.all(
      [...builders].map((builder) =>
        bakeAndSettle(
          context,
          builds.filter((one) => builderOf(one) === builder),
        ),
      ),
    );
  };
  return {
    name: 'buildx',
    async build(build) {
      await leaveOutBase(build);
      const outcome = new Promise<PromiseSettledResult<BakedImage>>((settle) => waiting.push({ build, settle }));
      const baked = async () => {
        // Of those that meet here, the first one finds all of them.
        await bakeAll();
        return outcome;
      };
      const result = await (build.turn === undefined ? baked() : build.turn.meet(baked));
      if (result.status === 'rejected') throw result.reason;
      return completeOnDemand(await toLocalImage(context, build, result.value), build, context);
    },
    describe: (builder) => describeBuildx(context, builder),
    removeCache: (rules) => removeBuilderCache(context, 'buildx', rules),
    // The builder exports an image, and keeps nothing of it but its cache.
    remove: () => Promise.resolve({ kind: 'absent' }),
    listImages: () => Promise.resolve([]),
  };
}

/** What the registry of the base has need not travel. An image with attestations stays whole, as it is published. */
function leftOutOf({ baseLayers = [], options }: DockerfileBuild): readonly Digest[] {
  return options.attestations === undefined && options.pushTo === undefined ? baseLayers : [];
}

async function leaveOutBase(build: DockerfileBuild): Promise<void> {
  for (const folder of exportFolders(build)) await leaveOutLayers(folder, leftOutOf(build));
}

/** Exports an image again, with all layers, if one that was left out turns out not to be of its base. */
function completeOnDemand(local: LocalImage, build: DockerfileBuild, context: DockerContext): LocalImage {
  const leftOut = new Set(leftOutOf(build));
  if (leftOut.size === 0) return local;
  const exportWhole = memoize(async () => {
    const scratch = join(build.scratch, 'whole');
    const whole = { ...build, scratch, baseLayers: [] };
    const [outcome] = await bakeTogether(context, [whole]);
    if (outcome?.status !== 'fulfilled') throw outcome?.reason ?? new Error('not baked');
    return (await toLocalImage(context, whole, outcome.value)).save(scratch);
  });
  return {
    ...local,
    async save(scratch) {
      const images = await local.save(scratch);
      return images.map((image, index) => withLeftOut(image, leftOut, async () => (await exportWhole())[index]));
    },
  };
}

function builderOf({ build }: WaitingBuild): string | undefined {
  return build.options.builder;
}

async function bakeAndSettle(context: DockerContext, builds: readonly WaitingBuild[]): Promise<void> {
  try {
    const outcomes = await bakeTogether(
      context,
      builds.map(({ build }) => build),
    );
    for (const [index, { settle }] of builds.entries()) settle(outcomes[index] ?? { status: 'rejected', reason: new Error('not baked') });
  } catch (reason) {
    for (const { settle } of builds) settle({ status: 'rejected', reason });
  }
}

async function toLocalImage(context: DockerContext, build: DockerfileBuild, { parts }: BakedImage): Promise<LocalImage> {
  const open = (part: BakedPart) => (build.options.pushTo === undefined ? openExported(part) : openPushed(context, build, part));
  const opened = await Promise.all(parts.map(open));
  const [only, another] = opened;
  if (only === undefined) throw new Error('a target without an outcome');
  const images = opened.flatMap((part) => part.images);
  const materials = parts.flatMap((part) => part.materials);
  return {
    id: another === undefined ? only.root.digest : digestOf(opened.map(({ root }) => root.digest).join(' ')),
    save: () => Promise.resolve(images),
    lookUpBase: (reference) => Promise.resolve(digestIn(materials, reference)),
    ...(build.options.attestations && { asBuilt: only }),
  };
}

interface OpenedPart extends AsBuilt {
  readonly images: readonly SavedImage[];
}

async function openExported({ folder }: BakedPart): Promise<OpenedPart> {
  const { root, images } = await openSavedPlatforms(folder);
  return { root, images, source: await openLayout(folder) };
}

/** Reads the manifests and configs of what the builder pushed; its layers stay there. */
async function openPushed(
  { openRepository }: DockerContext,
  { project, options: { pushTo } }: DockerfileBuild,
  { pushed }: BakedPart,
): Promise<OpenedPart> {
  if (pushTo === undefined || pushed === undefined || openRepository === undefined) throw withoutDigest(project);
  const { registry, repository } = pushTo;
  const source = await openRepository({ registry, repository });
  const images = await openPlatforms(source, pushed, formatPushTarget(pushTo));
  const named = images.map((image) => ({ ...image, layers: image.layers.map((layer) => ({ ...layer, isElsewhere: true as const })) }));
  return { root: pushed, images: named, source };
}

function withoutDigest(project: string): OciError {
  return new OciError('ENGINE_FAILED', `Cannot use the image of ${project}: buildx does not say under which digest it was pushed.`, {
    hint: 'Update the buildx plugin to 0.12 or newer, or remove `export: registry`.',
  });
}

async function describeBuildx(context: DockerContext, builder: string | undefined): Promise<string> {
  const purpose = buildxPurpose('ask for the buildx plugin and its builder');
  const { stdout: version } = await runToolOrFail(buildxCall(context, ['version'], undefined), purpose);
  const asked = buildxCall(context, ['inspect'], builder);
  const inspected = await runTool(asked, purpose);
  const failure = await findBuilderFailure(context, withError(inspected), { what: 'use buildx', builder });
  if (failure !== undefined) throw failure;
  const { stdout } = inspected.exitCode === 0 ? inspected : await runToolOrFail(asked, purpose);
  const fact = (name: string): string => new RegExp(`^ *${name}: +(.*)$`, 'm').exec(stdout)?.[1]?.trim() ?? 'unknown';
  const [, release = version.trim()] = / (v?\d\S*)/.exec(version) ?? [];
  return `buildx ${release}, builder ${fact('Name')} (driver ${fact('Driver')}, ${fact('Status')}), BuildKit ${fact('BuildKit version')}, for ${fact('Platforms')}`;
}

/** `inspect` succeeds for a builder that does not answer, and prints why among its facts. */
function withError(outcome: ToolOutcome): ToolOutcome {
  const [, error] = /^ *Error: +(.+)$/m.exec(outcome.stdout) ?? [];
  return error === undefined ? outcome : { ...outcome, stderr: `${outcome.stderr}\nERROR: ${error}` };
}

import { openSavedPlatforms } from '@nx-oci/layout';
import { digestOf } from '@nx-oci/model';

import type { DockerContext } from '../docker/docker-call';
import type { DockerfileBuild, DockerfileTool, LocalImage } from '../dockerfile/dockerfile-tool';
import { runToolOrFail } from '../tools/run-tool';
import { digestIn } from './bake-metadata';
import { bakeTogether, type BakedImage } from './bake-together';
import { buildxCall, buildxPurpose } from './buildx-call';

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
      const outcome = new Promise<PromiseSettledResult<BakedImage>>((settle) => waiting.push({ build, settle }));
      const baked = async () => {
        // Of those that meet here, the first one finds all of them.
        await bakeAll();
        return outcome;
      };
      const result = await (build.turn === undefined ? baked() : build.turn.meet(baked));
      if (result.status === 'rejected') throw result.reason;
      return toLocalImage(result.value);
    },
    describe: () => describeBuildx(context),
    // The builder exports an image, and keeps nothing of it but its cache.
    remove: () => Promise.resolve({ kind: 'absent' }),
    listImages: () => Promise.resolve([]),
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

async function toLocalImage({ folders, materials }: BakedImage): Promise<LocalImage> {
  const saved = await Promise.all(folders.map(openSavedPlatforms));
  const roots = saved.map(({ root }) => root.digest);
  const [only, another] = roots;
  return {
    id: only === undefined || another !== undefined ? digestOf(roots.join(' ')) : only,
    save: () => Promise.resolve(saved.flatMap(({ images }) => images)),
    lookUpBase: (reference) => Promise.resolve(digestIn(materials, reference)),
  };
}

async function describeBuildx(context: DockerContext): Promise<string> {
  const ask = async (command: string) => {
    const purpose = buildxPurpose('ask for the buildx plugin and its builder');
    return (await runToolOrFail(buildxCall(context, [command], undefined), purpose)).stdout;
  };
  const [version, builder] = [await ask('version'), await ask('inspect')];
  const fact = (name: string): string => new RegExp(`^ *${name}: +(.*)$`, 'm').exec(builder)?.[1]?.trim() ?? 'unknown';
  const [, release = version.trim()] = / (v?\d\S*)/.exec(version) ?? [];
  return `buildx ${release}, builder ${fact('Name')} (driver ${fact('Driver')}, ${fact('Status')}), BuildKit ${fact('BuildKit version')}, for ${fact('Platforms')}`;
}

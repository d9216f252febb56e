import { isDigest, OciError, type Digest } from '@nx-oci/model';
import { z } from 'zod';

import { runTool, toolFailure } from '../tools/run-tool';
import { dockerCall, dockerPurpose, type DockerContext } from './docker-call';

/** An image in an engine's store. */
export interface EngineImage {
  readonly id: Digest;
  /** `name:tag`, all of them, in the engine's familiar form. */
  readonly tags: readonly string[];
  /** `name@digest`, where the engine pushed it to or pulled it from. */
  readonly repoDigests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `os/architecture[/variant]`. */
  readonly platform: string;
  readonly sizeBytes: number;
}

// Fields that have nothing to say are null or missing, depending on the engine's version.
const inspectSchema = z.object({
  Id: z.custom<Digest>(isDigest),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  Os: z.string(),
  Architecture: z.string(),
  Variant: z.string().nullish(),
  Size: z.number().nullish(),
});

/** @param name an id or `name:tag`. Resolves to `undefined` if there is no such image. */
export async function inspectImage(context: DockerContext, name: string): Promise<EngineImage | undefined> {
  const purpose = dockerPurpose(`inspect the image ${name}`);
  const call = dockerCall(context, ['image', 'inspect', '--format', '{{json .}}', name]);
  const outcome = await runTool(call, purpose);
  if (outcome.exitCode !== 0) {
    if (/no such image/i.test(outcome.stderr)) return undefined;
    throw toolFailure(call, outcome, purpose);
  }
  return toEngineImage(inspectSchema.parse(JSON.parse(outcome.stdout)));
}

/** @throws OciError `NOT_FOUND` */
export async function requireImage(context: DockerContext, name: string): Promise<EngineImage> {
  const image = await inspectImage(context, name);
  if (image !== undefined) return image;
  throw new OciError('NOT_FOUND', `Cannot find the image ${name} in Docker Engine.`, {
    hint: 'It was removed after the build, or DOCKER_HOST or the docker context now points to another engine. Build it again.',
  });
}

function toEngineImage(found: z.infer<typeof inspectSchema>): EngineImage {
  const variant = found.Variant ?? '';
  return {
    id: found.Id,
    tags: found.RepoTags ?? [],
    repoDigests: found.RepoDigests ?? [],
    labels: found.Config?.Labels ?? {},
    platform: `${found.Os}/${found.Architecture}${variant === '' ? '' : `/${variant}`}`,
    sizeBytes: found.Size ?? 0,
  };
}

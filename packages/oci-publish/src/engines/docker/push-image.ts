import { familiarName, formatReference, OciError, parseDigest, type Digest, type ImageReference } from '@nx-oci/model';

import { runTool, runToolOrFail, type ToolOutcome } from '../run-tool';
import { dockerCall, dockerPurpose, type DockerContext } from './docker-call';
import { explainRegistryFailure } from './explain-registry-failure';
import { inspectImage, requireImage, type EngineImage } from './inspect-image';

export interface PushRequest {
  readonly imageId: Digest;
  /** With a tag: an engine can not push by digest. */
  readonly target: ImageReference & { readonly tag: string };
  /** Gets the engine's own progress. */
  readonly print?: (line: string) => void;
}

export interface PushedImage {
  /** What the registry keeps the manifest under. */
  readonly digest: Digest;
  /** How the layers got there. */
  readonly layers: { readonly sent: number; readonly present: number; readonly mounted: number };
}

/**
 * Lets the engine push one tag, and leaves its store as it was: no name of the registry stays behind, and one that was
 * there before points where it did.
 *
 * @param context with the login of the registry, see `withConfig`.
 * @throws OciError as `explainRegistryFailure`; `NOT_FOUND` when the image is gone.
 */
export async function pushImage(context: DockerContext, request: PushRequest): Promise<PushedImage> {
  const name = formatReference(request.target);
  const image = await requireImage(context, request.imageId);
  const before = await inspectImage(context, name);
  await tagImage(context, request.imageId, name);
  try {
    return readPushed(await pushName(context, name, request), name);
  } finally {
    await restore({ ...context, signal: undefined }, { target: request.target, before, image });
  }
}

async function pushName(context: DockerContext, name: string, { target, print }: PushRequest): Promise<ToolOutcome> {
  const purpose = dockerPurpose(`push ${name}`);
  const call = dockerCall(context, ['push', name], print === undefined ? {} : { onLine: (line) => printProgress(line, target, print) });
  const outcome = await runTool(call, purpose);
  if (outcome.exitCode !== 0) throw explainRegistryFailure({ call, outcome, purpose, host: target.registry });
  return outcome;
}

/** Several pushes talk at once, so each line says to whom; that something has not begun yet is no news. */
function printProgress(line: string, { registry }: ImageReference, print: (line: string) => void): void {
  if (!/: (?:Preparing|Waiting)\s*$/.test(line)) print(`${registry}  ${line}`);
}

function readPushed({ stdout }: ToolOutcome, name: string): PushedImage {
  const digest = /^\S+: digest: (\S+) size: \d+$/m.exec(stdout)?.[1];
  if (digest === undefined) {
    throw new OciError('ENGINE_FAILED', `Cannot learn the digest of ${name}: docker push named none.`, {
      hint: 'Look for the tag in the registry, and run it again.',
    });
  }
  const count = (outcome: RegExp) => stdout.match(outcome)?.length ?? 0;
  return {
    digest: parseDigest(digest),
    layers: { sent: count(/: Pushed\s*$/gm), present: count(/: Layer already exists\s*$/gm), mounted: count(/: Mounted from /gm) },
  };
}

interface Traces {
  readonly target: ImageReference;
  /** What the name was before us. */
  readonly before: EngineImage | undefined;
  /** Our image before the push. */
  readonly image: EngineImage;
}

async function restore(context: DockerContext, { target, before, image }: Traces): Promise<void> {
  const name = formatReference(target);
  if (before === undefined) await removeName(context, name);
  else if (before.id !== image.id) await tagImage(context, before.id, name);
  const after = await inspectImage(context, image.id);
  // The classic store also notes name@digest for each repository that it pushed to.
  const { registry, repository } = target;
  const ours = `${familiarName({ registry, repository })}@`;
  const notes = after?.repoDigests.filter((note) => note.startsWith(ours) && !image.repoDigests.includes(note)) ?? [];
  for (const note of notes) await removeName(context, note);
}

async function tagImage(context: DockerContext, id: Digest, name: string): Promise<void> {
  await runToolOrFail(dockerCall(context, ['tag', id, name]), dockerPurpose(`name an image ${name}`));
}

async function removeName(context: DockerContext, name: string): Promise<void> {
  await runTool(dockerCall(context, ['image', 'rm', name]), dockerPurpose(`remove the name ${name}`));
}

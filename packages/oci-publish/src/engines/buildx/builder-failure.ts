import { OciError } from '@nx-oci/model';

import type { DockerContext } from '../docker/docker-call';
import { lastLines, runTool, type ToolOutcome } from '../tools/run-tool';
import { buildxCall, buildxPurpose, INSTALL } from './buildx-call';

/**
 * What is wrong with the builder, or with the buildx plugin, rather than with a Dockerfile; `undefined` if the output of a failed
 * bake does not show that.
 *
 * @param what as in "Cannot <what>".
 * @param builder by its name; the current one if absent.
 */
export async function findBuilderFailure(
  context: DockerContext,
  outcome: ToolOutcome,
  { what, builder }: { readonly what: string; readonly builder: string | undefined },
): Promise<OciError | undefined> {
  const { stderr } = outcome;
  const error = finalError(stderr);
  const cause = `Cannot ${what}: `;
  const named = builder === undefined ? 'the current builder' : `the builder "${builder}"`;
  // Without the plugin, the docker command reads the arguments as its own.
  if (/unknown (?:flag|command)|is not a docker command/i.test(stderr) && !(await hasBuildx(context))) {
    return new OciError('ENGINE_MISSING', `${cause}the docker command has no buildx plugin.`, { hint: INSTALL });
  }
  if (/exporter is not supported for the docker driver/i.test(error)) {
    return new OciError('ENGINE_FAILED', `${cause}${named} is Docker's own, which cannot export images with its classic image store.`, {
      hint: `Use the containerd image store ("features": { "containerd-snapshotter": true } in daemon.json), or another builder: \`docker buildx create --name nx-oci\` and the option \`builder\`: nx-oci. The engine docker needs neither, for one platform.`,
    });
  }
  if (/^no builder .* found/i.test(error)) {
    return new OciError('ENGINE_FAILED', `${cause}there is no builder "${builder ?? ''}" on this machine.`, {
      hint: `\`docker buildx ls\` lists those of this user and DOCKER_CONFIG. Create it: docker buildx create --name ${builder ?? 'nx-oci'}`,
    });
  }
  if (UNREACHABLE.test(error)) {
    return new OciError('ENGINE_UNREACHABLE', `${cause}${named} does not answer.\n${lastLines(outcome)}`, {
      hint: `Check it: docker buildx inspect --bootstrap${builder === undefined ? '' : ` ${builder}`}`,
    });
  }
  return undefined;
}

// The second is what a builder leaves that ends in the middle, whatever target it is reported for.
const UNREACHABLE =
  /^(?:failed to connect to the docker API|cannot connect to the docker daemon|permission denied while trying to connect|failed to (?:list workers|dial)|context deadline exceeded)|rpc error: code = Unavailable|error reading from server/i;

/**
 * The last error that buildx reports, which is why it ended: steps may print the same words, but before it.
 *
 * @returns without `ERROR: `; empty if there is none.
 */
export function finalError(stderr: string): string {
  return (
    stderr
      .split(/^ERROR: /m)
      .slice(1)
      .at(-1)
      ?.trim() ?? ''
  );
}

async function hasBuildx(context: DockerContext): Promise<boolean> {
  const { exitCode } = await runTool(buildxCall(context, ['version'], undefined), buildxPurpose('ask for the buildx plugin'));
  return exitCode === 0;
}

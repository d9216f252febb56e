import { isDigest, type Digest } from '@nx-oci/model';
import { z } from 'zod';

import type { StoredImage } from '../dockerfile/dockerfile-tool';
import { matchSchema } from '../../text/match-schema';
import { parseBytes } from '../../text/parse-bytes';
import { runTool, runToolOrFail, toolFailure } from '../tools/run-tool';
import { dockerCall, dockerPurpose, type DockerContext } from './docker-call';

// Keeps the output of a call below what is kept of it.
const AT_ONCE = 40;

const imageSchema = z.object({
  Id: z.custom<Digest>(isDigest),
  RepoTags: z.array(z.string()).nullish(),
  Parent: z.string().nullish(),
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }).nullish(),
  Size: z.number().nullish(),
});

/** All images of an engine, those without names included, with the containers that use them. */
export async function listDockerImages(context: DockerContext): Promise<readonly StoredImage[]> {
  const [ids, containers, unique] = await Promise.all([
    listIds(context, ['image', 'ls', '--all', '--no-trunc', '--quiet']),
    listContainers(context),
    readUniqueSizes(context),
  ]);
  const images = await inspectAll(context, ['image', 'inspect', '--format', '{{json .}}'], ids);
  return images.map((line) => {
    const { Id: id, RepoTags, Parent, RootFS, Size } = imageSchema.parse(JSON.parse(line));
    const uniqueBytes = unique.get(id);
    return {
      id,
      names: RepoTags ?? [],
      ...(isDigest(Parent) && { parent: Parent }),
      diffIds: RootFS?.Layers ?? [],
      sizeBytes: Size ?? 0,
      ...(uniqueBytes !== undefined && { uniqueBytes }),
      containers: containers.get(id) ?? [],
    };
  });
}

async function listContainers(context: DockerContext): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = await listIds(context, ['container', 'ls', '--all', '--no-trunc', '--quiet']);
  const lines = await inspectAll(context, ['container', 'inspect', '--format', '{{.Image}} {{.Name}}'], ids);
  const found = new Map<string, string[]>();
  for (const line of lines) {
    const [image = '', name = ''] = line.split(' ');
    found.set(image, [...(found.get(image) ?? []), name.replace(/^\//, '')]);
  }
  return found;
}

async function listIds(context: DockerContext, args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await runToolOrFail(dockerCall(context, args), dockerPurpose(`list the ${args[0] ?? ''}s of Docker Engine`));
  return [...new Set(stdout.split('\n').filter((line) => line !== ''))];
}

/** @returns a line for each one that still exists. */
async function inspectAll(context: DockerContext, args: readonly string[], ids: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const call = dockerCall(context, [...args, ...ids.slice(start, start + AT_ONCE)]);
    const purpose = dockerPurpose(`inspect the ${args[0] ?? ''}s of Docker Engine`);
    const outcome = await runTool(call, purpose);
    const problems = outcome.stderr.split('\n').filter((line) => line.trim() !== '');
    // Another process may have removed one meanwhile.
    const isRemoved = problems.length > 0 && problems.every((line) => /no such (?:image|container)/i.test(line));
    if (outcome.exitCode !== 0 && !isRemoved) throw toolFailure(call, outcome, purpose);
    lines.push(...outcome.stdout.split('\n').filter((line) => line !== ''));
  }
  return lines;
}

const usageSchema = z.array(z.object({ ID: z.string(), UniqueSize: z.string() }));

/** Rounded to four digits by Docker. Empty for a store that is too large for the output that is kept. */
async function readUniqueSizes(context: DockerContext): Promise<ReadonlyMap<string, number>> {
  const call = dockerCall(context, ['system', 'df', '--verbose', '--format', '{{json .Images}}']);
  const { stdout } = await runToolOrFail(call, dockerPurpose('ask Docker Engine for the sizes of its images'));
  const { data = [] } = matchSchema(usageSchema, parseJson(stdout));
  return new Map(data.flatMap(({ ID, UniqueSize }) => (parseBytes(UniqueSize) === undefined ? [] : [[ID, parseBytes(UniqueSize) ?? 0]])));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

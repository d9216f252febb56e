import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { writeImageArchive } from '@nx-oci/layout';
import { type ContentSource, type EncodedManifest } from '@nx-oci/model';

import { MadeImages } from '../../engines/image/made-images';
import { loadedImagePrefix, localImageName } from '../../engines/names/local-name';
import { isOwnerGone, makeTemporaryFolder, temporaryName } from '../../engines/tools/temporary-folder';
import { type ToolOutcome } from '../../engines/tools/run-tool';
import { type ContainerEngine } from './container-engine';

/** The label with the process that a container belongs to. */
const OWNER_LABEL = 'dev.nx-oci.owner';

export interface LoadedImage {
  /** Our own name in the engine's store. */
  readonly name: string;
  /** Removes the name, and the image if it has no other. */
  remove(): Promise<void>;
}

export interface ImageToLoad {
  readonly project: string;
  readonly workspaceRoot: string;
  readonly manifest: EncodedManifest;
  readonly source: ContentSource;
  readonly signal?: AbortSignal | undefined;
}

/** Loads the image of a layout into an engine, under a unique name. */
export async function loadImage(engine: ContainerEngine, image: ImageToLoad): Promise<LoadedImage> {
  const { project, workspaceRoot, manifest, source, signal } = image;
  const name = `${loadedImagePrefix(localImageName(workspaceRoot, project))}${randomBytes(4).toString('hex')}`;
  const scratch = await makeTemporaryFolder();
  // For a prune, if this process is killed before it removes the image.
  const made = new MadeImages(workspaceRoot);
  await made.record({ project, engine: engine.name, name });
  const remove = async () => {
    const isGone = await removeWithPatience(engine, 'remove the image again', ['rmi', name]);
    if (isGone) await made.forget({ engine: engine.name, name });
  };
  try {
    const archive = join(scratch.folder, 'image.tar');
    await writeImageArchive(archive, { manifest, source, name }, signal);
    await engine.callOrFail(`load the image of ${project}`, ['load', '--input', archive]);
    return { name, remove };
  } catch (error) {
    await remove();
    throw error;
  } finally {
    await scratch.remove();
  }
}

export interface ContainerOptions {
  readonly image: string;
  /** In the format of `--publish`. */
  readonly publish: readonly string[];
  /** `null` takes the value from the environment of the call, so that no process list shows it. */
  readonly env: Readonly<Record<string, string | null>>;
  readonly args: readonly string[];
}

export interface Container {
  readonly name: string;
  /** The error of the engine if it could not start the container. */
  readonly started: ToolOutcome;
  remove(): Promise<void>;
}

/** Starts a container in the background; resolves even if it does not start. */
export async function startContainer(engine: ContainerEngine, { image, publish, env, args }: ContainerOptions): Promise<Container> {
  const name = `nx-oci-run-${randomBytes(6).toString('hex')}`;
  const options = [
    '--detach',
    `--name=${name}`,
    `--label=${OWNER_LABEL}=${temporaryName(process.pid)}`,
    ...publish.map((port) => `--publish=${port}`),
    ...Object.entries(env).map(([key, value]) => (value === null ? `--env=${key}` : `--env=${key}=${value}`)),
  ];
  const remove = async () => {
    await removeWithPatience(engine, 'remove the container again', removal(engine, name));
  };
  try {
    return { name, started: await engine.call('start the image', ['run', ...options, image, ...args]), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Removes something, and tries again if the engine refuses: one that is busy starting or ending a container holds on to it for a
 * moment. What still cannot be removed is left to the next run, which sweeps.
 *
 * @returns whether it is gone
 */
async function removeWithPatience(engine: ContainerEngine, purpose: string, args: readonly string[]): Promise<boolean> {
  for (const waitMs of [200, 1000, 3000, undefined]) {
    const { exitCode, stderr } = await engine.call(purpose, args, { signal: null });
    if (exitCode === 0 || /no such (?:image|container|object)|image not known/i.test(stderr)) return true;
    if (waitMs !== undefined) await sleep(waitMs);
  }
  return false;
}

/** Docker kills a running container; podman would stop it first, and wait. */
function removal(engine: ContainerEngine, name: string): readonly string[] {
  return ['rm', '--force', '--volumes', ...(engine.name === 'podman' ? ['--time=0'] : []), name];
}

/** Removes containers whose process was killed before it could remove them. */
export async function sweepContainers(engine: ContainerEngine): Promise<void> {
  const format = `{{.Names}} {{.Image}} {{.Label "${OWNER_LABEL}"}}`;
  const list = ['ps', '--all', '--filter', `label=${OWNER_LABEL}`, '--format', format];
  const { stdout } = await engine.call('look for containers that were left', list);
  for (const line of stdout.split('\n')) {
    const [name = '', image = '', owner = ''] = line.trim().split(' ');
    if (!name.startsWith('nx-oci-run-') || !isOwnerGone(owner)) continue;
    await engine.call('remove a container that was left', removal(engine, name));
    if (image.includes('/nx-oci-run/')) await engine.call('remove an image that was left', ['rmi', image]);
  }
}

/** The address where a container's ports are reachable from here. */
export interface ReachableHost {
  readonly host: string;
  /** In `--publish`, before the port. */
  readonly bind: string;
}

/** An engine on another machine publishes ports there. */
export function hostOf({ name }: ContainerEngine, env: NodeJS.ProcessEnv): ReachableHost {
  const written = name === 'docker' ? env['DOCKER_HOST'] : env['CONTAINER_HOST'];
  const [, host] = /^(?:tcp|ssh|http|https):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(written ?? '') ?? [];
  if (host === undefined || host === 'localhost' || host.startsWith('127.')) return { host: '127.0.0.1', bind: '127.0.0.1:' };
  return { host, bind: '' };
}

/** The host port of a container port; `undefined` if the container has already ended. */
export async function publishedPort(engine: ContainerEngine, container: string, port: number): Promise<number | undefined> {
  const { stdout } = await engine.call('find its port', ['port', container, `${port}/tcp`]);
  const [, found] = /:(\d+)\s*$/m.exec(stdout) ?? [];
  return found === undefined ? undefined : Number(found);
}

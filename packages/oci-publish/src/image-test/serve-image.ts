import { isOciError, OciError } from '@nx-oci/model';

import { createBaseOpener } from '../build/open-base';
import { type ExpectedPart } from '../engines/names/expected-part';
import { hasAllParts } from '../engines/parts/find-parts';
import { ImageUses } from '../engines/image/image-uses';
import { toolFailure } from '../engines/tools/run-tool';
import { openBuiltImage } from './image/open-built-image';
import { type Container, hostOf, type LoadedImage, loadImage, startContainer, sweepContainers } from './run/container';
import { type ContainerEngine, type EngineContext, findEngine, noEngine } from './run/container-engine';
import { httpProbe, probeUntil } from './run/probe';
import { choosePlatform, describePlatforms } from './run/choose-platform';
import { normalizeServeImageOptions, type NormalizedServeImageOptions } from './serve-options';

/** An image that runs on this machine. */
export interface ServedImage {
  /** For the user: how to reach it. */
  readonly description: string;
  /** Resolves to why it was not ready in time, or to `undefined` once it answers. */
  readonly ready: Promise<string | undefined>;
  /** The exit code of its program. */
  readonly ended: Promise<number>;
  /** Stops it, and removes everything of it from the engine. */
  stop(): Promise<void>;
}

export interface RequestedServing extends EngineContext {
  readonly project: string;
  /** The Nx process of the run, until whose end no prune removes what runs; by default this process. */
  readonly runPid?: number | undefined;
  /** As written. */
  readonly options: unknown;
  /** The parts that it consists of; absent if one task makes all of it. */
  readonly parts?: readonly ExpectedPart[] | undefined;
  /** Called with each line of the program's output. */
  readonly onLine: (line: string) => void;
}

// Nx kills a task 5 s after SIGTERM.
const GRACE_SECONDS = '3';

/**
 * Runs a project's image in Docker or podman.
 *
 * @throws OciError `ENGINE_UNREACHABLE` if none answers, `PLATFORM_INVALID`, `PORT_IN_USE`, `ENGINE_FAILED` if it does not start.
 */
export async function serveImage(asked: RequestedServing): Promise<ServedImage> {
  // Once it is started, its container keeps the image.
  return new ImageUses(asked.workspaceRoot, asked.runPid).during([asked.project], 'run', () => startImage(asked));
}

async function startImage(asked: RequestedServing): Promise<ServedImage> {
  const { project, env, workspaceRoot, signal } = asked;
  const options = normalizeServeImageOptions(asked.options, project);
  const engine = await findEngine(options.engine, asked);
  if (typeof engine === 'string') throw noEngine(project, engine);
  const bases = createBaseOpener({ workspaceRoot, env, ...(signal !== undefined && { signal }) });
  try {
    const image = await openBuiltImage({ project, workspaceRoot, parts: await findPresent(asked), openRepository: bases.openRepository });
    const platform = choosePlatform(image, engine);
    if (platform === undefined) {
      const message = `Cannot run the image of ${project}: ${engine.name} runs ${engine.platform}, and it is made for ${describePlatforms(image)}.`;
      throw new OciError('PLATFORM_INVALID', message, {
        hint: `Build it for this machine: nx run ${project}:image --${image.platforms.length > 1 ? 'platforms' : 'platform'}=${engine.platform}`,
      });
    }
    await sweepContainers(engine);
    const loaded = await loadImage(engine, { ...asked, ...image, manifest: platform.manifest });
    const named = Object.keys(platform.config.ExposedPorts ?? {}).map((port) => ({ here: Number.parseInt(port, 10), there: port }));
    const ports = options.ports ?? named;
    return await startLoaded({ engine, loaded, options: { ...options, ports }, asked });
  } finally {
    await bases.close();
  }
}

/** The parts that are on this machine, which needs only its own; all of them if there is none, to report that. */
async function findPresent({ project, workspaceRoot, parts }: RequestedServing): Promise<readonly ExpectedPart[] | undefined> {
  if (parts === undefined) return undefined;
  const present = await Promise.all(parts.map((part) => hasAllParts([part], { project, workspaceRoot })));
  return present.some(Boolean) ? parts.filter((_part, index) => present[index]) : parts;
}

interface Start {
  readonly engine: ContainerEngine;
  readonly loaded: LoadedImage;
  readonly options: NormalizedServeImageOptions & { readonly ports: readonly { readonly here: number; readonly there: string }[] };
  readonly asked: RequestedServing;
}

async function startLoaded(start: Start): Promise<ServedImage> {
  const { engine, loaded, options, asked } = start;
  const { host, bind } = hostOf(engine, asked.env);
  const publish = options.ports.map(({ here, there }) => `${bind === '' ? '' : `${options.host}:`}${here}:${there}`);
  let container: Container | undefined;
  const remove = async () => {
    await container?.remove();
    await loaded.remove();
  };
  try {
    container = await startContainer(engine, { image: loaded.name, publish, env: options.env, args: options.args });
    if (container.started.exitCode !== 0) throw notStarted(start, container);
    return watch({ ...start, container, host, remove });
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Watched extends Start {
  readonly container: Container;
  /** The addresses of its ports. */
  readonly host: string;
  readonly remove: () => Promise<void>;
}

function watch({ engine, container, options, asked, host, remove }: Watched): ServedImage {
  const over = new AbortController();
  const { signal } = over;
  const logs = engine.call('read its output', ['logs', '--follow', container.name], { signal, onLine: asked.onLine });
  const ended = engine
    .call('wait for it', ['wait', container.name], { signal })
    // Its last output arrives before its end.
    .then(async ({ stdout }) => logs.then(() => Number(stdout.trim())));
  for (const one of [logs, ended]) {
    one.catch((error: unknown) => {
      if (!isOciError(error, 'ABORTED')) asked.onLine(String(error));
    });
  }
  const addresses = options.ports.filter(({ there }) => there.endsWith('/tcp')).map(({ here }) => `http://${host}:${here}`);
  const where = addresses.length === 0 ? '' : ` on ${addresses.join(', ')}`;
  return {
    description: `${asked.project} runs with ${engine.name}${where}.`,
    ready: askReady(options, host, signal),
    ended,
    async stop() {
      await engine.call('stop the container', ['stop', '-t', GRACE_SECONDS, container.name], { signal: null });
      over.abort();
      await remove();
    },
  };
}

async function askReady({ http, ports, startMs }: Start['options'], host: string, signal: AbortSignal): Promise<string | undefined> {
  const port = ports.find(({ there }) => Number.parseInt(there, 10) === http?.port);
  if (http === undefined || port === undefined) return undefined;
  return probeUntil(httpProbe(http, { host, port: port.here }, signal), Date.now() + startMs, signal);
}

function notStarted({ engine, asked }: Start, { started }: Container): OciError {
  if (/port is already allocated|address already in use/i.test(started.stderr)) {
    const [last = ''] = started.stderr.trim().split('\n').slice(-1);
    return new OciError('PORT_IN_USE', `Cannot run the image of ${asked.project}: another program listens on its port.\n  ${last.trim()}`, {
      hint: 'Stop that program, or choose another port for this machine: --ports=3000:8080',
    });
  }
  const purpose = {
    purpose: `run the image of ${asked.project}`,
    install: '',
    hint: `Test what it lacks: nx run ${asked.project}:image-test`,
  };
  return toolFailure({ program: engine.name, args: ['run'] }, started, purpose);
}

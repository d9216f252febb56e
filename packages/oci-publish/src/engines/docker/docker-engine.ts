import { digestOf, type Digest } from '@nx-oci/model';

import { cleanUpOnSignals } from '../clean-up-on-signals';
import type { ImageEngine } from '../engine';
import { track } from '../track-work';
import { buildDockerProject, type StampLabels } from './build-project';
import type { DockerContext } from './docker-call';
import type { DockerfileOptions } from '../dockerfile/dockerfile-options';
import { readEngineFacts, type EngineFacts } from './engine-facts';
import { inspectImage, type EngineImage } from './inspect-image';
import { logIn, withConfig, type EngineLogin } from './log-in';
import { pushImage, type PushedImage, type PushRequest } from './push-image';
import { removeImage, type RemovalOutcome } from './remove-image';
import type { RunConfig } from './run-config';

/** Docker Engine for the length of one run. */
export interface DockerEngine extends ImageEngine<DockerfileOptions> {
  /** Who answers; asked once. @throws OciError `ENGINE_MISSING`, `ENGINE_UNREACHABLE` */
  readFacts(): Promise<EngineFacts>;
  /** Pushes one tag; see `pushImage`. Each pair of host and login is logged in once, apart from the user's own logins. */
  push(request: PushRequest, login: EngineLogin | undefined): Promise<PushedImage>;
  /** @param name an id or `name:tag`. Resolves to `undefined` where there is no such image. */
  inspect(name: string): Promise<EngineImage | undefined>;
  /** Removes what this workspace made; see `removeImage`. */
  remove(id: Digest, names: readonly string[]): Promise<RemovalOutcome>;
  /** Stops what is running, and takes every login away. */
  close(): Promise<void>;
}

export interface DockerEngineSettings extends DockerContext {
  /**
   * Given when the image is built: this engine pushes by itself, so nobody can stamp the image later. None by default.
   */
  readonly stampLabels?: StampLabels;
}

/**
 * @param settings everything the engine knows of the outside; nothing is read from `process`. Whoever gives a `signal`
 *   aborts it when the process is told to end, and calls `close`; without one the engine does both itself.
 */
export function createDockerEngine(settings: DockerEngineSettings): DockerEngine {
  const stop = new AbortController();
  const signal = settings.signal === undefined ? stop.signal : AbortSignal.any([settings.signal, stop.signal]);
  const context: DockerContext = { env: settings.env, workspaceRoot: settings.workspaceRoot, signal };
  const stampLabels = settings.stampLabels ?? noLabels;
  const logins = new Map<string, Promise<RunConfig>>();
  const running = new Set<Promise<unknown>>();
  let facts: Promise<EngineFacts> | undefined;
  const readFacts = () => (facts ??= readEngineFacts(context));

  const cleanUp = async () => {
    stop.abort();
    await Promise.allSettled(running);
    await Promise.allSettled([...logins.values()].map(async (config) => (await config).remove()));
  };
  const release = settings.signal === undefined ? cleanUpOnSignals(cleanUp) : () => undefined;
  const close = () => cleanUp().finally(release);

  const logInOnce = (host: string, login: EngineLogin | undefined): Promise<RunConfig> => {
    const key = `${host} ${digestOf(JSON.stringify(login ?? null))}`;
    const config = logins.get(key) ?? logIn(context, host, login);
    logins.set(key, config);
    return config;
  };

  return {
    readFacts,
    close,
    build: (options, job) => track(running, buildDockerProject({ ...context, readFacts, stampLabels }, options, job)),
    inspect: (name) => inspectImage(context, name),
    remove: (id, names) => removeImage(context, id, names),
    push: (request, login) =>
      track(
        running,
        logInOnce(request.target.registry, login).then((config) =>
          pushImage({ ...context, env: withConfig(settings.env, config) }, request),
        ),
      ),
  };
}

const noLabels: StampLabels = () => Promise.resolve({});

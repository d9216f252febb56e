import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { explainSystemError, isOciError, OciError } from '@nx-oci/model';

import { createImageBuilder } from '../build/build-images';
import { normalizeOptions } from '../build/normalize-options';
import { readCiFacts } from '../ci/read-ci-facts';
import { readEventFile } from '../ci/read-event-file';
import { type Registries } from '../configuration/registries';
import { repositoryOf } from '../configuration/repository-of';
import { openConnection } from '../connection/open-connection';
import { IMAGES_FOLDER } from '../engines/names/image-folder';
import { isWithin } from '../engines/sources/is-within';
import { readGitFacts } from '../git/read-git-facts';
import { factsWithoutRepository, hasRepository } from '../git/without-repository';
import { removeFromStore } from '../engines/from-dockerfile/remove-from-store';
import { attemptAll } from '../publish/destination/attempt-all';
import { collectOrThrow } from '../publish/destination/collect-or-throw';
import { imageOpener } from '../publish/image/layout-image';
import { pruneImage } from '../publish/prune/prune-image';
import { publishTasks } from '../publish/publish';
import { type PublishContext } from '../publish/publish-context';
import { skipTasks } from '../publish/report/skip-task';
import { type StagedRecord } from '../publish/stage/staged-record';
import { normalizeTask } from '../publish/task/normalize-task';
import { type PublishTask } from '../publish/task/publish-task';
import { type TaskResults } from '../publish/task/task-result';
import { reasonToSkip } from '../publish/task/skip-fork';
import { makeRunReport } from '../report/make-run-report';
import { readSavedReports } from '../report/saved-reports';
import { type RunReport } from '../report/report-schema';
import { Interruption } from '../run/interruption';
import { RunFolder } from '../run/run-folder';
import { printable } from '../text/printable';
import { wantsColor } from '../text/screen';
import { problemsToError } from '../text/problem';
import { readProgramRegistries } from './program-registries';
import { type PublishRequest } from './publish-request';
import { NAME_REGISTRY, refuseMistakes } from './refuse-mistakes';

/**
 * Builds images and publishes them to registries, all of them or none: no tag moves before every registry has confirmed that
 * it has every image.
 *
 * A second call with the same files sends nothing; after a failure, the next call only sends what is missing.
 *
 * @returns the digest of each image, and the outcome of each tag in each registry; `images[].outcome` is `published` or
 *   `upToDate`, `held` if all its tags stay unchanged (`reason` of the tag says why), or `skipped` if no rule gives it a tag, and
 *   for a fork's pull request.
 * @throws OciError `OPTIONS_INVALID` with all mistakes at once; `CONFIGURATION_INVALID` for registries.yaml; errors of building
 *   an image; else the error that prevented the publish, such as `UNAUTHORIZED`, `TAG_IMMUTABLE` (`version` was published with
 *   other content), `REGISTRY_UNREACHABLE`. Its message names each image that was not published.
 */
export async function publish(request: PublishRequest): Promise<RunReport> {
  try {
    return await publishAll(request);
  } catch (error) {
    throw explainSystemError(error) ?? error;
  }
}

async function publishAll(request: PublishRequest): Promise<RunReport> {
  refuseMistakes(request);
  const { images, tags, version } = request;
  const log = (text: string): void => request.log?.(printable(text, { hasColor: wantsColor(env, process.stdout.isTTY) }));
  const folder = resolve(request.folder ?? '.');
  // If a task of Nx calls this, the variables of that run must not apply here.
  const env = { ...(request.env ?? process.env), NX_DRY_RUN: undefined, NX_WORKSPACE_DATA_DIRECTORY: join(folder, CACHE) };
  const registries = await readProgramRegistries(request.registries, { workspaceRoot: folder, env });
  if (!registries.exists)
    throw problemsToError('OPTIONS_INVALID', 'Cannot publish', [
      `\`registries\` is not set, and ${folder} has no registries.yaml → ${NAME_REGISTRY}`,
    ]);
  const chosen = request.registries && Object.keys(request.registries);
  const tasks = Object.keys(images).map((name): PublishTask => {
    const options = { image: name, tags, release: version, registries: chosen };
    return { taskId: name, project: name, projectRoot: '.', options };
  });
  // Before any build.
  collectOrThrow<unknown>(NOTHING, [
    ...(await attemptAll(tasks, (task) => checkTask(task, registries, env))),
    ...(await attemptAll(Object.entries(images), ([project, options]) =>
      normalizeOptions(options, { project, projectRoot: folder, workspaceRoot: folder }, { env }),
    )),
  ]);
  await buildImages(images, { folder, env, log });
  return runTasks(tasks, { folder, env, log, registries, signal: request.signal });
}

const NOTHING = 'Nothing was published';

// Beside the caches of the engines.
const CACHE = 'node_modules/.cache';

function checkTask(task: PublishTask, registries: Registries, env: NodeJS.ProcessEnv): void {
  const { image, registries: entries } = normalizeTask(task, registries, env);
  for (const entry of entries) repositoryOf(entry, image);
}

interface Surroundings {
  /** Absolute. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (text: string) => void;
}

async function buildImages(images: PublishRequest['images'], { folder, env, log }: Surroundings): Promise<void> {
  const builder = createImageBuilder({ workspaceRoot: folder, env });
  try {
    const bases = await attemptAll(Object.entries(images), ([project, options]) =>
      builder.check({ project, projectRoot: folder, options }),
    );
    collectOrThrow(NOTHING, bases);
    const built = await attemptAll(Object.entries(images), ([project, options]) =>
      builder.build({ project, projectRoot: folder, options, print: log }),
    );
    for (const description of collectOrThrow(NOTHING, built)) log(description);
  } finally {
    await builder.close();
  }
}

interface Publishing extends Surroundings {
  readonly registries: Registries;
  readonly signal: AbortSignal | undefined;
}

async function runTasks(tasks: readonly PublishTask[], { folder, env, log, registries, signal }: Publishing): Promise<RunReport> {
  const interruption = new Interruption();
  const run = new RunFolder<StagedRecord>(await mkdtemp(join(tmpdir(), 'nx-oci-run-')));
  if (signal?.aborted === true) interruption.stop();
  signal?.addEventListener('abort', interruption.stop);
  try {
    const forkReason = reasonToSkip(readCiFacts(env, await readEventFile(env)));
    const errors: unknown[] = [];
    const context: PublishContext = {
      workspaceRoot: folder,
      env,
      readGit: () => (hasRepository(folder) ? readGitFacts({ folder, env }) : factsWithoutRepository(env)),
      changesOf: (_task, changed) => changed.filter((path) => !isWithin(path, IMAGES_FOLDER) && !isWithin(path, CACHE)),
      registries,
      connect: (entries, memory) => openConnection({ entries, env, memory, signal: interruption.signal, onWait: log }),
      openerFor: imageOpener,
      pruneImage: (image) => pruneImage(image, (engine, output) => removeFromStore({ env, workspaceRoot: folder, signal }, engine, output)),
      run,
      siblings: tasks.map(({ taskId }) => taskId),
      print: log,
      failed: (error) => errors.push(error),
      now: Date.now,
      signal: interruption.signal,
      passPointOfNoReturn: interruption.passPointOfNoReturn,
    };
    const results = forkReason === undefined ? await publishTasks(tasks, context) : await skipTasks(tasks, forkReason, context);
    throwFailures(results, errors);
    return makeRunReport((await readSavedReports(run.folder)).map(({ report }) => report));
  } finally {
    signal?.removeEventListener('abort', interruption.stop);
    await rm(run.folder, { recursive: true, force: true });
  }
}

function throwFailures(results: TaskResults, errors: readonly unknown[]): void {
  const failed = [...results].filter(([, { success }]) => !success);
  if (failed.length === 0) return;
  const [known] = errors.filter((error) => isOciError(error));
  const lines = failed.map(([name, { text }]) => `  ${name}: ${text.replaceAll('\n', '\n  ')}`);
  throw new OciError(known?.code ?? 'PUBLISH_INCOMPLETE', ['Cannot publish all images:', ...lines].join('\n'), { cause: errors[0] });
}

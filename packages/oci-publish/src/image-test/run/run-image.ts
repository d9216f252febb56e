import { isOciError } from '@nx-oci/model';

import { joinFindings, type Fault, type Findings } from '../checks/tested-image';
import { type BuiltPlatform, type OpenedImage } from '../image/open-built-image';
import { choosePlatform, describePlatforms } from './choose-platform';
import { type ContainerEngine, type EngineContext, findEngine, lastOutput } from './container-engine';
import { type Container, hostOf, loadImage, publishedPort, startContainer, sweepContainers } from './container';
import { commandProbe, httpProbe, type Probe, probeUntil } from './probe';
import { type RunChecks } from './run-options';

/** The result of starting an image. */
export interface RunFindings extends Findings {
  /** Whether it was started, and passed. */
  readonly isProven: boolean;
}

/** Starts an image, probes it, and stops it again; leaves nothing in the engine. */
export async function runImage(image: OpenedImage, checks: RunChecks, context: EngineContext): Promise<RunFindings> {
  if (checks.run === 'never') return { ...joinFindings([]), isProven: false };
  const engine = await findEngine(checks.engine, context);
  if (typeof engine === 'string') return notRun(engine, checks);
  const platform = choosePlatform(image, engine);
  if (platform === undefined) {
    return notRun(`${engine.name} runs ${engine.platform}, and the image is made for ${describePlatforms(image)}`, checks);
  }
  await sweepContainers(engine);
  const loaded = await loadImage(engine, { ...context, ...image, manifest: platform.manifest });
  try {
    const faults = await runLoaded({ engine, platform, name: loaded.name, checks }, context);
    if (typeof faults === 'string') return notRun(faults, checks);
    if (faults.length > 0) return { ...joinFindings([{ faults }]), isProven: false };
    return { ...joinFindings([{ proven: [describeRun(engine, checks, platform)] }]), isProven: true };
  } finally {
    await loaded.remove();
  }
}

/** If a run was not required, only a note says that there was none. */
function notRun(why: string, { run }: RunChecks): RunFindings {
  const fault = { what: `it could not be started: ${why}`, fix: 'start Docker or podman here, or set `run` to auto' };
  const findings = run === 'required' ? { faults: [fault] } : { notChecked: [`that it starts: ${why}`] };
  return { ...joinFindings([findings]), isProven: false };
}

interface Run {
  readonly engine: ContainerEngine;
  readonly platform: BuiltPlatform;
  /** In the engine's store. */
  readonly name: string;
  readonly checks: RunChecks;
}

/** @returns the faults of the image; a string says why the engine could not start any container */
async function runLoaded(run: Run, context: EngineContext): Promise<readonly Fault[] | string> {
  const { engine, name, checks } = run;
  const { bind } = hostOf(engine, context.env);
  const publish = checks.http === undefined ? [] : [`${bind}${bind === '' ? '' : ':'}${checks.http.port}/tcp`];
  const startedAt = Date.now();
  const container = await startContainer(engine, { image: name, publish, env: checks.env, args: checks.args });
  try {
    if (container.started.exitCode !== 0) return notStarted(engine, container);
    return await watchContainer({ ...run, container, startedAt }, context);
  } finally {
    await container.remove();
  }
}

// The errors of runc, crun and the engines for a missing command, user or working directory of the image. Any other error, such
// as a limit of this machine, says nothing about the image.
const FAULT_OF_IMAGE =
  /\bexec\b|executable file|unable to find (?:user|group)|no matching entries|no users found|\bcwd\b|chdir|working directory/i;

function notStarted({ name }: ContainerEngine, { started }: Container): readonly Fault[] | string {
  const output = started.stderr.split('\n').filter((line) => line.trim() !== '');
  if (!FAULT_OF_IMAGE.test(started.stderr)) return `${name} could not start a container: ${output.slice(-1).join('')}`;
  return [{ what: 'it does not start', fix: 'correct its command, or what the command needs', output: output.slice(-5) }];
}

interface WatchedRun extends Run {
  readonly container: Container;
  readonly startedAt: number;
}

/** Probes the container, and notices at once if it ends by itself. */
async function watchContainer(run: WatchedRun, context: EngineContext): Promise<readonly Fault[]> {
  const { engine, container } = run;
  const over = new AbortController();
  const signal = context.signal === undefined ? over.signal : AbortSignal.any([over.signal, context.signal]);
  const ended = engine
    .call('wait for the container', ['wait', container.name], { signal })
    .then(({ stdout }) => Number(stdout.trim()))
    .catch((error: unknown) => {
      if (isOciError(error, 'ABORTED') && over.signal.aborted) return undefined;
      throw error;
    });
  // The first caller that waits for it gets its failure.
  ended.catch(() => undefined);
  try {
    const asked = askAll(run, context, signal).then((answer) => ({ answer }));
    asked.catch(() => undefined);
    const first = await Promise.race([ended.then((exitCode) => ({ exitCode })), asked]);
    if ('exitCode' in first && first.exitCode !== undefined) return await judgeEnd(run, first.exitCode);
    const { answer } = 'answer' in first ? first : await asked;
    if (answer !== undefined) return [await notAnswering(run, answer)];
  } finally {
    over.abort();
    await ended.catch(() => undefined);
  }
  return stopContainer(run);
}

async function askAll({ engine, container, checks, platform, startedAt }: WatchedRun, { env }: EngineContext, signal: AbortSignal) {
  const probes: Probe[] = [];
  if (checks.http !== undefined) {
    const port = await publishedPort(engine, container.name, checks.http.port);
    if (port !== undefined) probes.push(httpProbe(checks.http, { host: hostOf(engine, env).host, port }, signal));
  }
  const commands = [checks.command, healthCommand(platform)].filter((command) => command !== undefined);
  probes.push(...commands.map((command) => commandProbe(engine, container.name, command, signal)));
  for (const probe of probes) {
    const answer = await probeUntil(probe, startedAt + checks.startMs, signal);
    if (answer !== undefined) return answer;
  }
  // Without a probe it must stay up; with `upSeconds: 0` we wait for its end.
  const untilMs = startedAt + (checks.upMs === 0 ? checks.startMs : checks.upMs);
  if (probes.length === 0) await probeUntil(() => Promise.resolve(''), untilMs, signal);
  return undefined;
}

/** The image's own HEALTHCHECK, which not every engine runs. */
function healthCommand({ config }: BuiltPlatform): readonly string[] | undefined {
  const [kind, ...words] = config.Healthcheck?.Test ?? [];
  if (kind === 'CMD' && words.length > 0) return words;
  return kind === 'CMD-SHELL' && words[0] !== undefined ? ['/bin/sh', '-c', words[0]] : undefined;
}

async function judgeEnd({ engine, container, checks, startedAt }: WatchedRun, exitCode: number): Promise<readonly Fault[]> {
  const mayEnd = checks.upMs === 0 && checks.http === undefined && checks.command === undefined;
  if (exitCode === 0 && mayEnd) return [];
  const output = await lastOutput(engine, container.name);
  const after = ((Date.now() - startedAt) / 1000).toFixed(1);
  const fix =
    exitCode === 0 ? 'keep it running, or set `upSeconds` to 0 for a program that ends by itself' : 'fix the error in its last output';
  return [{ what: `it started, but ended by itself after ${after} s, with exit code ${exitCode}`, fix, output }];
}

async function notAnswering({ engine, container, checks }: WatchedRun, answer: string): Promise<Fault> {
  const { http } = checks;
  const asked = http === undefined ? '' : ` (asked for ${http.path} on port ${http.port})`;
  const fix =
    http === undefined
      ? 'correct the command or the program, or give it more time with `startSeconds`'
      : 'let it listen on 0.0.0.0 at that port, correct `http`, or give it more time with `startSeconds`';
  return {
    what: `it started, but within ${checks.startMs / 1000} s ${answer}${asked}`,
    fix,
    output: await lastOutput(engine, container.name),
  };
}

/** The exit code of a killed program. */
const KILLED = 137;

async function stopContainer({ engine, container, platform, checks }: WatchedRun): Promise<readonly Fault[]> {
  if (checks.stopMs === 0) return [];
  const graceSeconds = Math.ceil(checks.stopMs / 1000);
  const startedAt = Date.now();
  await engine.callOrFail('stop the container', ['stop', '-t', String(graceSeconds), container.name]);
  const exitCode = await engine.callOrFail('read how it ended', ['inspect', '--format', '{{.State.ExitCode}}', container.name]);
  const isKilled = Number(exitCode) === KILLED && Date.now() - startedAt >= graceSeconds * 1000;
  if (!isKilled) return [];
  const stopSignal = platform.config.StopSignal ?? 'SIGTERM';
  return [
    {
      what: `it does not end within ${graceSeconds} s of ${stopSignal}, so every stop kills it in the middle of its work`,
      fix: `handle ${stopSignal} in the program (process 1 ignores signals that it does not handle; in Node: process.on('${stopSignal}', () => process.exit(0))), start it with an init such as tini, or set \`stopSeconds\` higher, or to 0 to skip this check`,
    },
  ];
}

function describeRun({ name }: ContainerEngine, { http, command, upMs, stopMs }: RunChecks, { config }: BuiltPlatform): string {
  const asked = [
    ...(http === undefined ? [] : [`answers ${http.path} on port ${http.port}`]),
    ...(command === undefined ? [] : [`runs \`${command.join(' ')}\``]),
    ...(config.Healthcheck?.Test === undefined ? [] : ['is healthy']),
  ];
  const does = asked.length > 0 ? asked : [upMs === 0 ? 'does its work' : `stays up`];
  return [`it starts with ${name}`, ...does, ...(stopMs === 0 ? [] : ['ends when it is stopped'])].join(', ');
}

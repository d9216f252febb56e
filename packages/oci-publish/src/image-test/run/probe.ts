import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { lastLines } from '../../engines/tools/run-tool';
import { type ContainerEngine } from './container-engine';
import { type HttpCheck } from './run-options';

/** The result of a probe: `undefined` for the right answer, else a description. */
export type Probe = () => Promise<string | undefined>;

const PAUSE_MS = 150;
const ANSWER_MS = 5000;
const DRAINED_BYTES = 1024 * 1024;

/** Probes until the answer is right or the time is over. @returns the last wrong answer */
export async function probeUntil(probe: Probe, deadlineMs: number, signal: AbortSignal): Promise<string | undefined> {
  for (;;) {
    const answer = await probe();
    if (answer === undefined || signal.aborted || Date.now() + PAUSE_MS > deadlineMs) return answer;
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** @param place `127.0.0.1:32768` */
export function httpProbe(
  { path, status }: HttpCheck,
  place: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Probe {
  return async () => {
    const answer = await ask({ ...place, path: path.startsWith('/') ? path : `/${path}` }, signal);
    if (typeof answer === 'string') return answer;
    const isRight = status === undefined ? answer >= 200 && answer < 400 : answer === status;
    return isRight ? undefined : `it answers ${answer}, not ${status ?? '200 to 399'}`;
  };
}

function ask(
  request: { readonly host: string; readonly port: number; readonly path: string },
  signal: AbortSignal,
): Promise<number | string> {
  return new Promise((resolve) => {
    const call = get({ ...request, agent: false, signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) }, (response) => {
      resolve(response.statusCode ?? 0);
      let seen = 0;
      response.on('data', (chunk: Buffer) => {
        seen += chunk.length;
        if (seen > DRAINED_BYTES) response.destroy();
      });
      response.on('error', () => undefined);
    });
    call.on('error', ({ code, name }: NodeJS.ErrnoException) => resolve(`it does not answer (${code ?? name})`));
  });
}

/** @param command to run in the container */
export function commandProbe(engine: ContainerEngine, container: string, command: readonly string[], signal: AbortSignal): Probe {
  return async () => {
    if (signal.aborted) return 'stopped';
    const outcome = await engine.call('run a command in the container', ['exec', container, ...command], { signal });
    if (outcome.exitCode === 0) return undefined;
    const said = lastLines(outcome).trim();
    return `\`${command.join(' ')}\` ends with ${outcome.exitCode}${said === '' ? '' : `: ${said.split('\n').at(-1)?.trim() ?? ''}`}`;
  };
}

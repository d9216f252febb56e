import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { BOUNDS } from '@nx-oci/distribution';
import { isOciError } from '@nx-oci/model';

import { memoize } from '../../run/memoize';
import { isLoopback } from '../../configuration/is-loopback';
import { type Destination } from './destination';

const PATIENCE_MS = BOUNDS.loopbackMs;
const PAUSE_MS = 100;

interface Waiting {
  readonly print: (text: string) => void;
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

type WaitTarget = Pick<Destination, 'repository'>;

/**
 * Waits for registries on this machine to listen, at most 10 s: Nx starts a server that a task depends on, but does
 * not wait until it is ready. The first real request reports a registry that does not answer.
 */
export async function waitForLocalRegistry(destinations: readonly WaitTarget[], waiting: Waiting): Promise<void> {
  const hosts = new Set(destinations.map(({ repository }) => repository.registry).filter(isLoopback));
  await Promise.all([...hosts].map((host) => waitForHost(host, waiting)));
}

/**
 * The same around a request: waits if the first request finds no listener, and repeats it. Once per host, however
 * many requests there are.
 */
export class LocalRegistryWait {
  readonly #waits = new Map<string, () => Promise<void>>();

  constructor(private readonly waiting: Waiting) {}

  async ask<Answer>({ repository: { registry } }: WaitTarget, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (!isLoopback(registry) || !isOciError(error, 'REGISTRY_UNREACHABLE')) throw error;
      const wait = this.#waits.get(registry) ?? memoize(() => waitForHost(registry, this.waiting));
      this.#waits.set(registry, wait);
      await wait();
      return ask();
    }
  }
}

async function waitForHost(host: string, { print, now, signal }: Waiting): Promise<void> {
  const url = new URL(`http://${host}`);
  const endMs = now() + PATIENCE_MS;
  let isAnnounced = false;
  while (!(await isListening(url.hostname.replace(/^\[|\]$/g, ''), Number(url.port || '80')))) {
    if (now() >= endMs) return;
    if (!isAnnounced) print(`Waiting up to 10 s for a registry at ${host} …`);
    isAnnounced = true;
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

function isListening(hostname: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port });
    const answer = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

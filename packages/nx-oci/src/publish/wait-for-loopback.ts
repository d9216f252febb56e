import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Destination } from './destination';

const PATIENCE_MS = 10_000;
const PAUSE_MS = 100;

interface Waiting {
  readonly print: (text: string) => void;
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

/**
 * Waits for registries on this machine to listen, at most 10 s: Nx starts a server that a task depends on, but does
 * not wait until it is ready. Whether one ever answers is found out by the first real request.
 */
export async function waitForLoopback(destinations: readonly Destination[], waiting: Waiting): Promise<void> {
  const hosts = new Set(destinations.map(({ repository }) => repository.registry).filter(isLoopback));
  await Promise.all([...hosts].map((host) => waitForHost(host, waiting)));
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

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
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

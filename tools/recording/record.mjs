import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// A pause of Nx is of no interest.
const LONGEST_PAUSE_MS = 900;

/**
 * Runs a command in a terminal of its own.
 *
 * @returns {{ atMs: number, text: string }[]} what it printed, and when, with long pauses shortened
 */
export function record(command, { cwd, env, columns, rows }) {
  const folder = mkdtempSync(join(tmpdir(), 'recording-'));
  try {
    const [output, timing] = ['output', 'timing'].map((name) => join(folder, name));
    const inTerminal = `stty cols ${columns} rows ${rows}; ${command}`;
    execFileSync('script', ['-qefc', inTerminal, '--log-out', output, '--log-timing', timing, '--logging-format=classic'], {
      cwd,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return readChunks(readFileSync(output), readFileSync(timing, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readChunks(bytes, timing) {
  // The first line is of `script` itself.
  let position = bytes.indexOf('\n') + 1;
  let atMs = 0;
  const decoder = new TextDecoder();
  return timing
    .trim()
    .split('\n')
    .map((line) => {
      const [seconds, length] = line.split(' ').map(Number);
      atMs += Math.min(seconds * 1000, LONGEST_PAUSE_MS);
      const text = decoder.decode(bytes.subarray(position, position + length), { stream: true });
      position += length;
      return { atMs, text };
    });
}

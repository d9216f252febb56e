import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { matchSchema } from '../../match-schema';
import { isProcessAlive } from '../../run/is-process-alive';

/** Who serves a folder: a note in the folder itself, as long as it is served. */
export interface ServeMarker {
  readonly pid: number;
  readonly port: number;
}

const MARKER_FILE = '.served-by.json';

const markerSchema = z.object({ pid: z.int().positive(), port: z.int() });

export async function writeMarker(folder: string, marker: ServeMarker): Promise<void> {
  await writeFile(join(folder, MARKER_FILE), JSON.stringify(marker));
}

export async function removeMarker(folder: string): Promise<void> {
  await rm(join(folder, MARKER_FILE), { force: true });
}

/** Who serves the folder now; `undefined` when nobody does, whatever a server that was killed left behind. */
export async function readMarker(folder: string): Promise<ServeMarker | undefined> {
  const text = await readFile(join(folder, MARKER_FILE), 'utf8').catch(() => '');
  const marker = parseMarker(text);
  return marker !== undefined && isProcessAlive(marker.pid) ? marker : undefined;
}

function parseMarker(text: string): ServeMarker | undefined {
  try {
    return matchSchema(markerSchema, JSON.parse(text)).data;
  } catch {
    // Missing, or half written by a server that is just starting.
    return undefined;
  }
}

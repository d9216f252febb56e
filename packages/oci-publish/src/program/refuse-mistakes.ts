import { statSync } from 'node:fs';

import { nearestName } from '@nx-oci/model';

import { isReleaseVersion } from '../tags/versions/resolve-version';
import { problemsToError, suggestName } from '../text/problem';
import { type PublishRequest } from './publish-request';

export const NAME_REGISTRY = 'name a registry: { local: { host: "localhost:5080" } }';
const NAME_IMAGE = 'name an image: { api: { layers: [{ from: "dist", to: "/app" }] } }';
const ASKED_NAMES: Readonly<Record<keyof PublishRequest, true>> = {
  folder: true,
  images: true,
  registries: true,
  tags: true,
  version: true,
  env: true,
  signal: true,
  log: true,
};

/**
 * Validates a request at run time: most programs are JavaScript, which no compiler has checked. A misspelt `version` would
 * otherwise publish without one.
 *
 * @throws OciError `OPTIONS_INVALID` with all problems
 */
export function refuseMistakes(request: PublishRequest): void {
  const { folder, images, registries, version, tags, env, signal, log }: Partial<Record<keyof PublishRequest, unknown>> = request;
  const problems = [
    ...Object.keys(request).flatMap(findUnknownName),
    ...findFolder(folder),
    ...findEntries('images', images, NAME_IMAGE),
    ...(registries === undefined ? [] : findEntries('registries', registries, NAME_REGISTRY)),
    ...(version === undefined || (typeof version === 'string' && isReleaseVersion(version))
      ? []
      : ['`version` is not a version → write it as 1.2.3 or 1.2.3-rc.1, in quotes']),
    ...(tags === undefined || Array.isArray(tags) ? [] : ["`tags` is not a list → write one: ['latest']"]),
    ...(env === undefined || isMap(env) ? [] : ['`env` is not a map → omit it for process.env']),
    ...(signal === undefined || signal instanceof AbortSignal
      ? []
      : ['`signal` is not an AbortSignal → pass the signal of an AbortController']),
    ...(log === undefined || typeof log === 'function' ? [] : ['`log` is not a function → pass one, such as console.log']),
  ];
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', 'Cannot publish', problems);
}

function findUnknownName(name: string): readonly string[] {
  const known = Object.keys(ASKED_NAMES);
  return known.includes(name) ? [] : [`unknown option \`${name}\` → ${suggestName(nearestName(name, known), known)}`];
}

function findFolder(folder: unknown): readonly string[] {
  if (folder === undefined) return [];
  if (typeof folder !== 'string') return ['`folder` is not a path → write one, or omit it for the current folder'];
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return [];
  return [`\`folder\`: ${folder} does not exist, or is not a folder → correct it`];
}

function findEntries(option: string, written: unknown, fix: string): readonly string[] {
  if (!isMap(written)) return [`\`${option}\` is not a map → ${fix}`];
  const entries = Object.entries(written);
  if (entries.length === 0) return [`\`${option}\` is empty → ${fix}`];
  return entries.flatMap(([name, entry]) => (isMap(entry) ? [] : [`\`${option}.${name}\` is not a map → ${fix}`]));
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { resolve } from 'node:path';

import type { LayerSource } from '@nx-oci/layout';
import { formatPlatform, parseReference, type Platform } from '@nx-oci/model';

import type { BaseChoice, NativeBuildOptions, NativeLayer, NativePlatform, NativeSource } from '../engines/options/native-options';
import { isForPlatform, namesPlatform, pathFor } from '../engines/options/platform-paths';
import { LAYOUT_PREFIX } from '../engines/sources/named-paths';
import { attempt, type ReportProblem, type ReadingContext } from './option-problems';
import { readCompression } from './read-compression';
import { checkLayerPlatform, readPlatforms } from './read-platforms';
import { IGNORED_CHOICES, type WrittenLayer, type WrittenOptions } from './written-options';

export function normalizeNative(written: WrittenOptions, context: ReadingContext): NativeBuildOptions {
  const { reportProblem } = context;
  const { base = 'scratch', layers = [], labels, annotations = {}, compression, ...config } = written;
  const { entrypoint, cmd, env, user, workdir, ports, volumes, stopSignal } = config;
  if (base === 'scratch' && layers.length === 0) {
    reportProblem('the image has neither `layers` nor a `base` → add a layer: { "from": "dist/apps/api", "to": "/app" }');
  }
  const choice = readBase(base, context) ?? { kind: 'scratch' };
  const read = layers.map((layer, index) => readLayer(layer, index, context));
  const platforms = readPlatforms(written, reportProblem);
  layers.forEach((layer, index) => checkLayerPlatform(layer, platforms, `layers[${index}]`, reportProblem));
  return {
    base: choice,
    platforms: layersByPlatform(platforms, read, base === 'scratch' ? reportProblem : undefined),
    config: { entrypoint, cmd, env, user, workdir, ports, volumes, stopSignal },
    labels,
    annotations,
    ...readCompression(compression, reportProblem),
  };
}

function readBase(base: string, { location, reportProblem }: ReadingContext): BaseChoice | undefined {
  if (base === 'scratch') return { kind: 'scratch' };
  if (base.startsWith(LAYOUT_PREFIX)) return { kind: 'layout', folder: resolve(location.workspaceRoot, base.slice(LAYOUT_PREFIX.length)) };
  const reference = attempt('base', () => parseReference(base), reportProblem);
  if (reference === undefined) return undefined;
  const isComplete = reference.tag !== undefined || reference.digest !== undefined;
  return { kind: 'registry', reference: isComplete ? reference : { ...reference, tag: 'latest' } };
}

interface ReadLayer {
  /** Entries of one group become one layer. */
  readonly group: string;
  /** The only platform that it is for. */
  readonly platform: string | undefined;
  /** Of its image on a platform; where it is the same on several, the same object. */
  readonly sourceFor: (platform: Platform) => NativeSource;
}

/**
 * The layers of each platform. Platforms share the list where nothing in it is for one of them alone.
 *
 * @param reportEmpty gets a platform for which nothing is left; `undefined` if it has a base.
 */
function layersByPlatform(
  platforms: readonly Platform[],
  layers: readonly ReadLayer[],
  reportEmpty: ReportProblem | undefined,
): readonly NativePlatform[] {
  const lists = new Map<string, readonly NativeLayer[]>();
  return platforms.map((platform) => {
    const own = layers.filter((layer) => isForPlatform(layer.platform, platform));
    if (layers.length > 0 && own.length === 0) {
      reportEmpty?.(
        `no entry of \`layers\` is for ${formatPlatform(platform)}, and there is no \`base\` → add a layer, or leave the platform out`,
      );
    }
    const chosen = own.map(({ group, sourceFor }) => ({ group, source: sourceFor(platform) }));
    const key = JSON.stringify(chosen);
    const list = lists.get(key) ?? groupLayers(chosen);
    lists.set(key, list);
    return { platform, layers: list };
  });
}

function readLayer(written: WrittenLayer, index: number, { location, reportProblem }: ReadingContext): ReadLayer {
  const { from, to, include, exclude, owner, mode, layer, ignored, platform } = written;
  const name = `layers[${index}]`;
  refuseRepository(written, name, reportProblem);
  if (!to.startsWith('/')) reportProblem(`\`${name}.to\` is "${to}" → write a path from the root of the image: "/${to}"`);
  const source: NativeSource = {
    from: resolve(location.workspaceRoot, from),
    to,
    ...(include === undefined ? {} : { include }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(owner === undefined ? {} : { owner: readOwner(owner, `${name}.owner`, reportProblem) }),
    ...(mode === undefined ? {} : { mode: readMode(mode, `${name}.mode`, reportProblem) }),
    ...(ignored === undefined ? {} : { ignored: readIgnored(ignored, `${name}.ignored`, reportProblem) }),
  };
  return {
    group: layer ?? `${index} ${to}`,
    platform,
    sourceFor: (one) => (namesPlatform(from) ? { ...source, from: resolve(location.workspaceRoot, pathFor(one, from)) } : source),
  };
}

/** `.git` contains the token of a checkout in CI, and the whole history. */
function refuseRepository({ from, include = [], ignored }: WrittenLayer, name: string, reportProblem: ReportProblem): void {
  const named = [{ option: 'from', path: from }, ...include.map((path) => ({ option: 'include', path }))];
  const found = named.find(({ path }) => path.split(/[\\/]/).some((part) => part.toLowerCase() === '.git'));
  if (found === undefined || ignored === 'include') return;
  reportProblem(
    `\`${name}.${found.option}\` is ${found.path}, the git repository itself, whose settings may contain a token → remove it, or allow it: "ignored": "include"`,
  );
}

/** Groups keep the position of their first entry. */
function groupLayers(layers: readonly { readonly group: string; readonly source: NativeSource }[]): readonly NativeLayer[] {
  const groups = new Map<string, NativeSource[]>();
  for (const { group, source } of layers) groups.set(group, [...(groups.get(group) ?? []), source]);
  return [...groups.values()].map((sources) => ({ name: [...new Set(sources.map(({ to }) => to))].join(' '), sources }));
}

function readOwner(text: string, name: string, reportProblem: ReportProblem): LayerSource['owner'] {
  const [, uid, gid] = /^(\d{1,9})(?::(\d{1,9}))?$/.exec(text) ?? [];
  if (uid !== undefined) return { uid: Number(uid), gid: Number(gid ?? uid) };
  reportProblem(`\`${name}\` is "${text}" → write numeric ids: "1000" or "1000:1000"`);
  return undefined;
}

function readIgnored(text: string, name: string, reportProblem: ReportProblem): NativeSource['ignored'] {
  const known = IGNORED_CHOICES.find((choice) => choice === text);
  if (known === undefined) reportProblem(`\`${name}\` is "${text}" → write ${IGNORED_CHOICES.join(' or ')}`);
  return known;
}

/** Digits are octal, as `chmod` reads them, whether quoted or not. */
function readMode(text: string, name: string, reportProblem: ReportProblem): number | undefined {
  if (/^0?[0-7]{3}$/.test(text)) return Number.parseInt(text, 8);
  reportProblem(`\`${name}\` is "${text}" → write it as for chmod: "755" or "644"`);
  return undefined;
}

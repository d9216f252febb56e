import {
  ANNOTATIONS,
  formatPlatform,
  isImageIndex,
  type Descriptor,
  type Digest,
  type HistoryEntry,
  type ImageConfig,
  type ImageManifest,
} from '@nx-oci/model';

import { EntryLimit } from './entry-limit';
import type { PageState } from './page-state';
import { sizeOfImage } from './descriptions';
import { hideSecrets, showVariable, type ShownVariable } from './hide-secrets';
import { readConfig, readDocument } from './read-document';

/** A layer, and the step that made it. */
export interface ShownLayer {
  readonly descriptor: Descriptor;
  readonly createdBy: string;
}

/** A step of the history. */
export interface ShownStep {
  readonly createdBy: string;
  readonly created: string | undefined;
  readonly comment: string;
  /** `undefined` for a step without a layer. */
  readonly layer: Descriptor | undefined;
}

/** One image of one platform, or an artifact, as text for people, without secrets. */
export interface ShownImage {
  readonly digest: Digest;
  /** `linux/amd64`; empty if unknown, and for an artifact. */
  readonly platform: string;
  readonly sizeBytes: number;
  readonly manifest: ImageManifest;
  readonly layers: readonly ShownLayer[];
  /** `Entrypoint`: `node main.js`; in a fixed order, those without a value omitted. */
  readonly settings: ReadonlyMap<string, string>;
  readonly ports: readonly string[];
  readonly env: readonly ShownVariable[];
  /** Labels and annotations; an annotation takes precedence. */
  readonly labels: ReadonlyMap<string, string>;
  readonly history: readonly ShownStep[];
  /** How many entries of its lists are left out, since they are too many for a page. */
  readonly omitted: number;
  /** When it was created, as the image says. */
  readonly created: string | undefined;
}

/** Reads the manifest of one image and its config; `undefined` if it is not readable, or an index. */
export async function readImage({ storage }: PageState, digest: Digest): Promise<ShownImage | undefined> {
  const manifest = await readDocument(storage, { digest });
  if (manifest === undefined || isImageIndex(manifest)) return undefined;
  const config = await readConfig(storage, manifest.config.digest);
  const limit = new EntryLimit();
  const history = config ? showHistory(config, manifest.layers, limit) : [];
  const makers = history.filter(({ layer }) => layer !== undefined);
  const labels = new Map(
    limit.cut(Object.entries({ ...config?.config?.Labels, ...manifest.annotations })).map(([key, value]) => [key, hideLabel(key, value)]),
  );
  const shown = {
    digest,
    platform: config?.os ? formatPlatform(config) : '',
    sizeBytes: sizeOfImage(manifest),
    manifest,
    layers: manifest.layers.map((descriptor, at) => ({ descriptor, createdBy: layerName(descriptor) ?? makers[at]?.createdBy ?? '' })),
    settings: new Map(config ? showSettings(config, limit) : []),
    ports: limit.cut(Object.keys(config?.config?.ExposedPorts ?? {})),
    env: limit.cut(config?.config?.Env ?? []).map(showVariable),
    labels,
    history,
    created: config?.created ?? labels.get(ANNOTATIONS.created),
  };
  return { ...shown, omitted: limit.omitted };
}

function hideLabel(key: string, value: string): string {
  return showVariable(`${key.replaceAll('=', '_')}=${value}`).value;
}

/** Artifacts name their files. */
function layerName({ annotations }: Descriptor): string | undefined {
  return annotations?.[ANNOTATIONS.title];
}

function showSettings(config: ImageConfig, limit: EntryLimit): readonly (readonly [name: string, text: string])[] {
  const { Entrypoint, Cmd, WorkingDir, User, Volumes, StopSignal, Healthcheck } = config.config ?? {};
  const all: readonly (readonly [string, string])[] = [
    ['Entrypoint', hideSecrets(formatCommand(limit.cut(Entrypoint ?? [])))],
    ['Command', hideSecrets(formatCommand(limit.cut(Cmd ?? [])))],
    ['Working directory', WorkingDir ?? ''],
    ['User', User ?? ''],
    ['Volumes', limit.cut(Object.keys(Volumes ?? {})).join(', ')],
    ['Stop signal', StopSignal ?? ''],
    ['Health check', hideSecrets(formatHealthcheck(limit.cut(listOf(Healthcheck?.Test))))],
    ['Author', config.author ?? ''],
  ];
  return all.filter(([, text]) => text !== '');
}

/** As in a shell: arguments with spaces or quotes are quoted. */
function formatCommand(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ');
}

// Unlike other fields, its parts are not checked when a config is read.
function listOf(test: unknown): readonly string[] {
  return Array.isArray(test) ? test.map(text) : [];
}

function formatHealthcheck([kind, ...words]: readonly string[]): string {
  if (kind === undefined) return '';
  if (kind === 'NONE') return 'none';
  return kind === 'CMD-SHELL' ? words.join(' ') : formatCommand(words);
}

function showHistory({ history = [] }: ImageConfig, layers: readonly Descriptor[], limit: EntryLimit): readonly ShownStep[] {
  let next = 0;
  return limit.cut(history).map((entry) => {
    const layer = entry.empty_layer === true ? undefined : layers[next++];
    return { createdBy: showStep(entry), created: text(entry.created) || undefined, comment: hideSecrets(text(entry.comment)), layer };
  });
}

// Docker wraps each step of a Dockerfile in the same words.
function showStep(entry: HistoryEntry): string {
  const step = text(entry.created_by)
    .replace(/^\/bin\/sh -c #\(nop\)\s*/, '')
    .replace(/^(?:\|\d+ .*? )?\/bin\/sh -c (?!#)/, 'RUN ')
    .replace(/# buildkit$/, '')
    .trimEnd();
  return hideSecrets(step);
}

// Only the list itself is checked when a config is read.
function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

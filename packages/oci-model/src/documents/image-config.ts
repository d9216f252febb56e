import type { Descriptor } from '../names/descriptor';
import { digestOf, type Digest } from '../names/digest';
import { MEDIA_TYPES } from './media-types';
import { DocumentReader, type JsonObject } from './read-json';

/** The field order of Docker and BuildKit; it makes a diff of two configs readable. */
const FIELD_ORDER: Readonly<Record<string, readonly string[]>> = {
  '': ['created', 'author', 'architecture', 'variant', 'os', 'os.version', 'os.features', 'config', 'rootfs', 'history'],
  config: ['User', 'ExposedPorts', 'Env', 'Entrypoint', 'Cmd', 'Healthcheck', 'Volumes', 'WorkingDir', 'Labels', 'StopSignal'],
  rootfs: ['type', 'diff_ids'],
};

/** The defaults of a container of the image; Docker's `Config`, hence the capitals. */
export interface ContainerConfig {
  readonly User?: string;
  /** Keys such as `8080/tcp`. */
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  /** `NAME=value`, in order. */
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  /** Keys are paths. */
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  /** `SIGTERM` or a number. */
  readonly StopSignal?: string;
  /** Docker's own; the image-spec reserves the name. */
  readonly Healthcheck?: Healthcheck;
  readonly [unknown: string]: unknown;
}

/** @see https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#image-json-field-descriptions */
export interface Healthcheck {
  /** `["CMD", …]`, `["CMD-SHELL", "…"]`, `["NONE"]`. */
  readonly Test?: readonly string[];
  /** Nanoseconds, as are the other durations. */
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

/** One build step of the image; those that are not `empty_layer` belong to the layers, in order. */
export interface HistoryEntry {
  /** RFC 3339. */
  readonly created?: string;
  readonly created_by?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
}

/**
 * The image config: what runs, and which layers make up the image. Fields that are not listed here are kept.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
 */
export interface ImageConfig {
  /** RFC 3339. */
  readonly created?: string;
  readonly author?: string;
  /** Empty if the image does not declare it; likewise `os`. */
  readonly architecture: string;
  readonly os: string;
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
  readonly variant?: string;
  readonly config?: ContainerConfig;
  /** Digests of the layers before compression, lowest first. */
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly Digest[] };
  readonly history?: readonly HistoryEntry[];
  readonly [unknown: string]: unknown;
}

/** A config as the bytes that its digest covers. */
export interface EncodedImageConfig {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** Largest image config that is read, in bytes. */
export const MAX_CONFIG_BYTES = 8 * 1024 * 1024;

const READER = new DocumentReader('the image config', 'CONFIG_INVALID');
const string = (field: string, value: unknown) => READER.string(field, value);
const strings = (field: string, value: unknown) => READER.list(field, value, string);
const objects = (field: string, value: unknown) => READER.map(field, value, (name, item) => READER.object(name, item));
const labels = (field: string, value: unknown) => READER.map(field, value, string);

const CONTAINER_FIELDS: Readonly<Record<string, (field: string, value: unknown) => unknown>> = {
  User: string,
  ExposedPorts: objects,
  Env: strings,
  Entrypoint: strings,
  Cmd: strings,
  Volumes: objects,
  WorkingDir: string,
  Labels: labels,
  StopSignal: string,
  Healthcheck: (field, value) => READER.object(field, value),
};

/**
 * Parses an image config; fields that we do not know are kept as they are.
 *
 * @throws OciError `CONFIG_INVALID` with the field.
 */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const object = READER.parse(bytes, MAX_CONFIG_BYTES);
  for (const field of ['architecture', 'os']) READER.optional(field, object[field], string);
  for (const field of ['created', 'author', 'variant', 'os.version']) READER.optional(field, object[field], string);
  READER.optional('os.features', object['os.features'], strings);
  READER.optional('config', object['config'], checkContainerConfig);
  READER.optional('history', object['history'], (field, value) => READER.list(field, value, (name, item) => READER.object(name, item)));
  return { architecture: '', os: '', ...withoutNull(object), rootfs: readRootfs(object) };
}

/** Serialises a config. The same value gives the same bytes on every machine, regardless of the order of its keys. */
export function encodeImageConfig(config: ImageConfig, mediaType: string = MEDIA_TYPES.ociConfig): EncodedImageConfig {
  const bytes = Buffer.from(JSON.stringify(orderImageConfig(config)));
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.byteLength }, bytes };
}

function checkContainerConfig(field: string, value: unknown): void {
  const object = READER.object(field, value);
  for (const [name, check] of Object.entries(CONTAINER_FIELDS)) READER.optional(`${field}.${name}`, object[name], check);
}

function readRootfs(object: JsonObject): ImageConfig['rootfs'] {
  const rootfs = READER.object('rootfs', object['rootfs']);
  if (rootfs['type'] !== 'layers') throw READER.refuse('rootfs.type must be "layers"');
  const diffIds = READER.list('rootfs.diff_ids', rootfs['diff_ids'] ?? [], (field, value) => READER.digest(field, value));
  return { ...rootfs, type: 'layers', diff_ids: diffIds };
}

/** Go writes empty values as `null`, which means the same as absent: without it, readers need one check less. */
function withoutNull(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/** A copy of the config with ordered keys: known fields first, then all others by code unit. */
function orderImageConfig(config: object): unknown {
  return orderKeys('', config);
}

function orderKeys(path: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => orderKeys(`${path}[]`, item));
  if (typeof value !== 'object' || value === null) return value;
  const known = FIELD_ORDER[path] ?? [];
  const rankOf = (key: string) => (known.includes(key) ? known.indexOf(key) : known.length);
  const entries = Object.entries(value).sort(([one], [other]) => rankOf(one) - rankOf(other) || (one < other ? -1 : 1));
  // Object.fromEntries defines its keys, so that "__proto__" is an ordinary key.
  return Object.fromEntries(entries.map(([key, item]) => [key, orderKeys(path === '' ? key : `${path}.${key}`, item)]));
}

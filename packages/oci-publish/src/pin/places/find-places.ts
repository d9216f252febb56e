import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';

import { findEntry, keyOf, pairOf } from '../yaml/read-map';
import { scalarOf, type YamlSource } from '../yaml/parse-yaml';
import { textOf } from '../yaml/scalar-slot';
import { beforeTemplate, endsLike, readReference, withDefaults } from './image-name';
import { readKustomizeImage } from './kustomize-place';
import { type Finding } from './place';
import { referencePlace } from './reference-place';
import { borrowedParts, type DefaultValues, readValues, type ValuesContext, type ValuesImage } from './values-place';

/** `image`, and what operators and charts call theirs: `runnerImage`. */
const IMAGE_KEY = /^image$|[a-z0-9]Image$/;
/** What a builder reads: names that it writes, and caches. */
const BUILD_KEYS = ['build', 'cache_from', 'cache_to', 'cache-from', 'cache-to', 'tags'];

export interface SearchOptions {
  /** Whether `host/path` is an image of this workspace. */
  readonly isOurs: (name: string) => boolean;
  /** `host/path` of all of them, for texts that cannot be read. */
  readonly names: readonly string[];
  /** Whether the name of the file says that it is a kustomization. */
  readonly isKustomization: boolean;
  /** For a file that overrides values of a chart: these values. */
  readonly defaults?: Document;
}

/** Finds the images of this workspace in a document: in compose files, Kubernetes objects, kustomizations and Helm values. */
export function findPlaces(source: YamlSource, document: Document, options: SearchOptions): readonly Finding[] {
  const search = new Search(source, document, options);
  search.walk(document.contents, []);
  search.findMentions();
  return search.findings;
}

class Search {
  readonly findings: Finding[] = [];
  readonly #seen = new Set<Scalar>();
  readonly #others: { readonly scalar: Scalar; readonly path: readonly string[] }[] = [];
  readonly #values: ValuesContext;
  readonly #isKustomization: boolean;

  constructor(
    private readonly source: YamlSource,
    private readonly document: Document,
    private readonly options: SearchOptions,
  ) {
    const { isOurs } = options;
    const globalRegistry = readGlobalRegistry(document) ?? (options.defaults && readGlobalRegistry(options.defaults));
    this.#values = { source, document, isOurs, ...(globalRegistry !== undefined && { globalRegistry }) };
    this.#isKustomization = options.isKustomization || isKustomization(document);
  }

  walk(node: unknown, path: readonly string[]): void {
    if (isMap(node)) this.#walkMap(node, path);
    else if (isSeq(node)) this.#walkList(node, path);
    else if (isScalar(node)) this.#others.push({ scalar: node, path });
  }

  /** Images of ours where nothing known reads them. Last, because an alias may stand under a key that is known. */
  findMentions(): void {
    for (const { scalar, path } of this.#others) this.#mention(scalar, path);
  }

  #walkMap(map: YAMLMap, path: readonly string[]): void {
    const isDone = path.at(-1) === 'images[]' && (this.#add(this.#kustomizeImage(map)) || isKustomizeEntry(map));
    if (!isDone && !this.#add(readValues(map, this.#values, defaultsAt(this.options.defaults, path)))) this.#readReferences(map);
    if (pairOf(map, '<<') !== undefined) {
      this.findings.push(...borrowedParts(map, this.document).map((borrowed) => ({ borrowed })));
    }
    for (const pair of map.items) if (isPair(pair)) this.walk(pair.value, [...path, keyOf(pair)]);
  }

  #walkList(list: YAMLSeq, path: readonly string[]): void {
    const own = [...path.slice(0, -1), `${path.at(-1) ?? ''}[]`];
    for (const item of list.items) {
      // Argo CD: `kustomize: { images: [api=ghcr.io/acme/api:v1] }`.
      if (isScalar(item) && path.at(-1) === 'images' && path.at(-2) === 'kustomize') this.#readOverride(item);
      this.walk(item, own);
    }
  }

  #kustomizeImage(map: YAMLMap): ValuesImage | undefined {
    const { source, document } = this;
    return readKustomizeImage(map, { source, document, isOurs: this.options.isOurs, isKustomization: this.#isKustomization });
  }

  #add(image: ValuesImage | undefined): boolean {
    if (image === undefined) return false;
    for (const scalar of image.scalars) this.#seen.add(scalar);
    this.findings.push(image.found);
    return true;
  }

  #readOverride(scalar: Scalar): void {
    const text = textOf(scalar);
    const before = text.slice(0, text.indexOf('=') + 1);
    const reference = readReference(text.slice(before.length));
    if (reference === undefined || !this.options.isOurs(reference.name)) return;
    this.#seen.add(scalar);
    this.findings.push({ place: referencePlace(this.source, scalar, reference, before) });
  }

  #readReferences(map: YAMLMap): void {
    for (const pair of map.items) {
      const scalar = isPair(pair) && IMAGE_KEY.test(keyOf(pair)) ? scalarOf(pair.value, this.document) : undefined;
      if (scalar !== undefined) this.#readReference(scalar, map);
    }
  }

  #readReference(scalar: Scalar, map: YAMLMap): void {
    const text = textOf(scalar);
    const offset = scalar.range?.[0] ?? 0;
    const template = beforeTemplate(text);
    const reference = readReference(template ?? text);
    if (reference === undefined || !this.options.isOurs(reference.name)) {
      this.#nameVariable(scalar, template === undefined ? undefined : text);
      return;
    }
    this.#seen.add(scalar);
    const { name } = reference;
    if (template !== undefined) {
      const reason = 'its tag comes from a variable or a template: write the tag or digest itself';
      this.findings.push({ unplaced: { offset, name, reason } });
    } else if (pairOf(map, 'build') !== undefined) {
      const reason = 'the service builds it: an image with a digest cannot be built; remove `build`, or keep it in a file of its own';
      this.findings.push({ unplaced: { offset, name, reason } });
    } else {
      this.findings.push({ place: referencePlace(this.source, scalar, reference) });
    }
  }

  /** An image of ours whose name begins with a variable. */
  #nameVariable(scalar: Scalar, text: string | undefined): void {
    if (text === undefined) return;
    const full = readReference(withDefaults(text))?.name;
    const name = full !== undefined && this.options.isOurs(full) ? full : this.options.names.find((one) => endsLike(text, one));
    const reason = 'its name comes from a variable: write the whole image here';
    if (name !== undefined) this.findings.push({ unplaced: { offset: scalar.range?.[0] ?? 0, name, reason } });
  }

  #mention(scalar: Scalar, path: readonly string[]): void {
    if (this.#seen.has(scalar) || typeof scalar.value !== 'string') return;
    if (path.some((key) => BUILD_KEYS.includes(key.replace('[]', '')))) return;
    const text = textOf(scalar);
    const offset = scalar.range?.[0] ?? 0;
    const reference = readReference(text);
    const key = path.at(-1) ?? '';
    if (reference !== undefined && this.options.isOurs(reference.name) && (reference.tag ?? reference.digest) !== undefined) {
      const reason = `it is not known what reads it under \`${key}\`: only images under \`image\` and the like are pinned`;
      this.findings.push({ unplaced: { offset, name: reference.name, reason } });
    } else if (text.includes('\n') || scalar.type?.startsWith('BLOCK') === true) {
      const name = this.options.names.find((one) => text.includes(`${one}:`) || text.includes(`${one}@`));
      const reason = 'it stands within a longer text: move that to a file of its own';
      if (name !== undefined) this.findings.push({ unplaced: { offset, name, reason } });
    } else {
      const name = this.options.names.find((one) => isArgument(text, path, one));
      const reason = 'it stands in an argument or a command, which is not read: take it from a variable there';
      if (name !== undefined) this.findings.push({ unplaced: { offset, name, reason } });
    }
  }
}

const COMMAND_KEYS = ['command', 'args', 'entrypoint'];

/** `--sidecar=ghcr.io/acme/api:v1`; in a command also `docker run ghcr.io/acme/api@sha256:…`. */
function isArgument(text: string, path: readonly string[], name: string): boolean {
  const isCommand = path.some((key) => COMMAND_KEYS.includes(key.replace('[]', '')));
  return ['=', ...(isCommand ? [' '] : [])].some((before) => [':', '@'].some((after) => text.includes(`${before}${name}${after}`)));
}

/** The map under the same keys in the values of the chart. */
function defaultsAt(document: Document | undefined, path: readonly string[]): DefaultValues | undefined {
  let node: unknown = document?.contents;
  for (const key of path) {
    const value: unknown = isMap(node) ? pairOf(node, key)?.value : undefined;
    node = isAlias(value) && document !== undefined ? value.resolve(document) : value;
  }
  return document !== undefined && isMap(node) ? { map: node, document } : undefined;
}

/** Of another image: what is called `name` there is not what runs. */
function isKustomizeEntry(map: YAMLMap): boolean {
  return ['newName', 'newTag'].some((key) => pairOf(map, key) !== undefined);
}

function isKustomization({ contents }: Document): boolean {
  const kind = isMap(contents) ? pairOf(contents, 'kind')?.value : undefined;
  const apiVersion = isMap(contents) ? pairOf(contents, 'apiVersion')?.value : undefined;
  return isScalar(kind) && isScalar(apiVersion) && String(apiVersion.value).startsWith('kustomize.config.k8s.io/');
}

/** `global.imageRegistry` of Helm values, or `global.image.registry`. */
function readGlobalRegistry(document: Document): string | undefined {
  const root = document.contents;
  const global = isMap(root) ? pairOf(root, 'global')?.value : undefined;
  if (!isMap(global)) return undefined;
  const image = pairOf(global, 'image')?.value;
  const entry =
    findEntry(global, ['imageRegistry', 'registry'], document) ?? (isMap(image) ? findEntry(image, ['registry'], document) : undefined);
  return entry && textOf(entry.value);
}

import { type LayerFile, type LayerFiles } from './layer-files';

/** A path of an image. Hard links are the file that they name. */
export interface ImageFile<Facts> extends LayerFile<Facts> {
  readonly kind: Exclude<LayerFile<Facts>['kind'], 'hardlink'>;
}

/** What a path leads to. */
export type Resolution<Facts> =
  | {
      readonly kind: 'found';
      /** Without links, with a slash before it. */
      readonly path: string;
      readonly file: ImageFile<Facts>;
      /** The folders on the way, `/` first; the ones that links lead through included. */
      readonly through: readonly ImageFile<Facts>[];
    }
  /** `at` is what is not there, `link` the last link that led there. */
  | { readonly kind: 'missing'; readonly at: string; readonly link?: string }
  | { readonly kind: 'loop'; readonly at: string };

interface Node<Facts> {
  file: ImageFile<Facts>;
  readonly children: Map<string, Node<Facts>>;
}

// As Linux: more links on the way to one file are a loop.
const MAX_LINKS = 40;

const IMPLIED_FOLDER = { kind: 'folder', mode: 0o755, uid: 0, gid: 0, sizeBytes: 0 } as const;

/** The file system that the layers of an image make, as an engine would show it to a container. */
export class ImageFiles<Facts> {
  private readonly root: Node<Facts> = { file: IMPLIED_FOLDER, children: new Map() };

  /** @param layers lowest first. */
  constructor(layers: readonly LayerFiles<Facts>[]) {
    for (const layer of layers) this.apply(layer);
  }

  /** Follows links to the end of the path. @param path absolute */
  resolve(path: string): Resolution<Facts> {
    return this.walk(path);
  }

  /** Names in a folder; none for anything else. */
  list(path: string): readonly string[] {
    const found = this.resolve(path);
    return found.kind === 'found' ? [...(this.nodeAt(found.path)?.children.keys() ?? [])] : [];
  }

  /** All paths, with a slash before them, folders before what is in them; links are not followed. */
  *entries(): Generator<readonly [string, ImageFile<Facts>]> {
    const waiting: (readonly [string, Node<Facts>])[] = [['', this.root]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [path, { file, children }] = next;
      if (path !== '') yield [path, file];
      for (const [name, child] of children) waiting.push([`${path}/${name}`, child]);
    }
  }

  private apply({ files, removed, emptied }: LayerFiles<Facts>): void {
    for (const path of removed) this.remove(path);
    for (const folder of emptied) this.nodeAt(folder)?.children.clear();
    for (const [path, file] of Object.entries(files)) this.put(path, file);
  }

  private remove(path: string): void {
    const names = namesOf(path);
    const last = names.pop() ?? '';
    this.nodeAt(names.join('/'))?.children.delete(last);
  }

  private put(path: string, { kind, ...rest }: LayerFile<Facts>): void {
    const names = namesOf(path);
    const last = names.pop() ?? '';
    const parent = this.folderFor(names);
    const old = parent.children.get(last);
    const linked = kind === 'hardlink' ? this.nodeAt(rest.target ?? '')?.file : undefined;
    // A link to what is not there is made by no engine; the path is then not there, either.
    if (kind === 'hardlink' && linked === undefined) return;
    const file: ImageFile<Facts> = linked ?? { kind: kind === 'hardlink' ? 'other' : kind, ...rest };
    // A folder keeps what is in it, and takes over mode and owner.
    if (old?.file.kind === 'folder' && file.kind === 'folder') old.file = file;
    else parent.children.set(last, { file, children: new Map() });
  }

  /** The folder that an entry goes to: links on the way are followed, what is missing is made. */
  private folderFor(names: readonly string[]): Node<Facts> {
    const found = this.walk(names.join('/'));
    const existing = found.kind === 'found' ? this.nodeAt(found.path) : undefined;
    if (existing?.file.kind === 'folder') return existing;
    let node = this.root;
    for (const [index, name] of names.entries()) {
      const here = this.walk(names.slice(0, index + 1).join('/'));
      const next = here.kind === 'found' && here.file.kind === 'folder' ? this.nodeAt(here.path) : undefined;
      const child: Node<Facts> = next ?? { file: IMPLIED_FOLDER, children: new Map() };
      if (next === undefined) node.children.set(name, child);
      node = child;
    }
    return node;
  }

  private nodeAt(path: string): Node<Facts> | undefined {
    return namesOf(path).reduce<Node<Facts> | undefined>((node, name) => node?.children.get(name), this.root);
  }

  private walk(path: string): Resolution<Facts> {
    const left = namesOf(path);
    const done: { readonly name: string; readonly node: Node<Facts> }[] = [];
    const through: ImageFile<Facts>[] = [];
    let link: string | undefined;
    let links = 0;
    const here = (): Node<Facts> => done.at(-1)?.node ?? this.root;
    const pathTo = (name?: string) => `/${[...done.map((one) => one.name), ...(name === undefined ? [] : [name])].join('/')}`;
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      if (name === '.') continue;
      if (name === '..') {
        done.pop();
        continue;
      }
      through.push(here().file);
      const node = here().children.get(name);
      if (node === undefined) return { kind: 'missing', at: pathTo(name), ...(link !== undefined && { link }) };
      if (node.file.kind === 'link') {
        if (++links > MAX_LINKS) return { kind: 'loop', at: pathTo(name) };
        link = pathTo(name);
        const target = node.file.target ?? '';
        if (target.startsWith('/')) done.length = 0;
        left.unshift(...namesOf(target));
        continue;
      }
      done.push({ name, node });
    }
    return { kind: 'found', path: pathTo(), file: here().file, through };
  }
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}

import { type Readable } from 'node:stream';

import { readLayerTar } from '../tar/read-layer-tar';
import { TarHeaders, TarProblem, type TarEntry } from '../tar/tar-headers';

/** Permission bits and owner of a folder: a higher layer that contains the folder sets them again. */
export interface FolderFacts {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The folders of one layer. Paths without slashes at either end. */
export interface LayerFolders {
  readonly folders: Readonly<Record<string, FolderFacts>>;
  /** Symbolic links, and what they point at. */
  readonly links: Readonly<Record<string, string>>;
  /** Paths whose content in lower layers is removed. */
  readonly removed: readonly string[];
  /** Folders whose content in lower layers is removed. */
  readonly emptied: readonly string[];
}

// A full Linux distribution has some ten thousand.
const MAX_ENTRIES = 500_000;

/**
 * Reads the folders of a layer, to its end, so that it is verified.
 *
 * @throws TarProblem if the content is not a tar archive; errors of the stream.
 */
export async function readLayerFolders(content: Readable, mediaType: string, signal?: AbortSignal): Promise<LayerFolders> {
  const list = new FolderList();
  await readLayerTar(content, mediaType, { headers: new TarHeaders((entry) => list.add(entry)), signal });
  return list.finish();
}

class FolderList {
  private readonly folders = new Map<string, FolderFacts>();
  private readonly links = new Map<string, string>();
  private readonly removed = new Set<string>();
  private readonly emptied = new Set<string>();

  add({ type, path, target, mode, uid, gid }: TarEntry): void {
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    const last = names.at(-1);
    if (last === undefined || names.includes('..')) return;
    const folder = names.slice(0, -1).join('/');
    if (last === '.wh..wh..opq') this.emptied.add(folder);
    else if (last.startsWith('.wh.')) this.removed.add([...names.slice(0, -1), last.slice('.wh.'.length)].join('/'));
    else if (type === '5') this.folders.set(names.join('/'), { mode, uid, gid });
    else if (type === '2') this.links.set(names.join('/'), target);
    if (this.folders.size + this.links.size + this.removed.size > MAX_ENTRIES) throw new TarProblem('it has too many folders');
  }

  finish(): LayerFolders {
    return {
      folders: Object.fromEntries(this.folders),
      links: Object.fromEntries(this.links),
      removed: [...this.removed],
      emptied: [...this.emptied],
    };
  }
}

import type { FolderFacts, LayerFolders } from './layer-folders';

/** The folder or symbolic link that a base image has at a path. */
export type FoundFolder = ({ readonly kind: 'folder' } & FolderFacts) | { readonly kind: 'link'; readonly target: string };

/** The folders of an image, as the result of its layers. */
export class BaseFolders {
  private readonly fromTop: readonly SearchableLayer[];

  /** @param layers lowest first. */
  constructor(layers: readonly LayerFolders[]) {
    this.fromTop = layers.map((layer) => new SearchableLayer(layer)).reverse();
  }

  /** The highest layer with the path decides. `undefined` if there is neither a folder nor a link. */
  find(path: string): FoundFolder | undefined {
    for (const layer of this.fromTop) {
      const found = layer.find(path);
      if (found !== undefined) return found;
      if (layer.hides(path)) return undefined;
    }
    return undefined;
  }
}

class SearchableLayer {
  private readonly removed: ReadonlySet<string>;
  private readonly emptied: ReadonlySet<string>;

  constructor(private readonly layer: LayerFolders) {
    this.removed = new Set(layer.removed);
    this.emptied = new Set(layer.emptied);
  }

  find(path: string): FoundFolder | undefined {
    const { folders, links } = this.layer;
    const target = Object.hasOwn(links, path) ? links[path] : undefined;
    if (target !== undefined) return { kind: 'link', target };
    const facts = Object.hasOwn(folders, path) ? folders[path] : undefined;
    return facts === undefined ? undefined : { kind: 'folder', ...facts };
  }

  hides(path: string): boolean {
    const names = path.split('/');
    const upTo = (count: number) => names.slice(0, count).join('/');
    return names.some((_, index) => this.emptied.has(upTo(index)) || this.removed.has(upTo(index + 1)));
  }
}

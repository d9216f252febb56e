import { builtinModules } from 'node:module';
import { posix } from 'node:path';

import { type ImageFiles } from '@nx-oci/layout';

import { type FileFacts } from '../facts/file-facts';
import { type PackageFacts } from '../facts/package-facts';
import { findTarget } from './package-target';

export type ResolvedModule =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'builtin' }
  /** Not a file of the image, or unknown: `data:`, `https:`. */
  | { readonly kind: 'elsewhere' }
  /** As in "requires express, <why>". */
  | { readonly kind: 'missing'; readonly why: string };

/** The file that imports a module. */
export interface Importer {
  /** Absolute, without links. */
  readonly folder: string;
  readonly kind: 'require' | 'import';
  /** Folders of NODE_PATH, which only `require` searches. */
  readonly nodePath?: readonly string[];
}

const BUILTINS = new Set(builtinModules);
const CONDITIONS = {
  require: new Set(['node', 'require', 'module-sync', 'node-addons']),
  import: new Set(['node', 'import', 'module-sync', 'node-addons']),
};
const MISSING = { kind: 'missing', why: 'which is not in the image' } as const;

/**
 * Finds modules in an image as Node does.
 *
 * @see https://nodejs.org/docs/latest-v22.x/api/modules.html#all-together
 * @see https://nodejs.org/docs/latest-v22.x/api/esm.html#resolution-algorithm-specification
 */
export class ModuleResolver {
  constructor(private readonly files: ImageFiles<FileFacts>) {}

  resolve(specifier: string, asking: Importer): ResolvedModule {
    if (specifier.startsWith('node:') || BUILTINS.has(specifier)) return { kind: 'builtin' };
    if (/^[a-z][a-z0-9+.-]+:/i.test(specifier)) return { kind: 'elsewhere' };
    if (/^(?:\.{0,2}\/|\.{1,2}$)/.test(specifier)) return this.resolvePath(posix.resolve(asking.folder, specifier), asking, specifier);
    if (specifier.startsWith('#')) return this.resolveOwn(specifier, asking);
    return this.resolvePackage(specifier, asking);
  }

  /** The package.json that a file belongs to. */
  packageOf(folder: string): { readonly folder: string; readonly facts: PackageFacts } | undefined {
    for (const parent of parentsOf(folder)) {
      if (posix.basename(parent) === 'node_modules') return undefined;
      const facts = this.packageIn(parent);
      if (facts !== undefined) return { folder: parent, facts };
    }
    return undefined;
  }

  private packageIn(folder: string): PackageFacts | undefined {
    const found = this.files.resolve(posix.join(folder, 'package.json'));
    return found.kind === 'found' ? found.file.facts?.package : undefined;
  }

  private fileAt(path: string): ResolvedModule | undefined {
    const found = this.files.resolve(path);
    return found.kind === 'found' && found.file.kind === 'file' ? { kind: 'file', path: found.path } : undefined;
  }

  private resolvePath(path: string, { kind }: Importer, specifier: string): ResolvedModule {
    if (kind === 'require') return this.asFile(path, specifier) ?? this.asFolder(path) ?? MISSING;
    const exact = this.fileAt(decode(path.replace(/[?#].*$/, '')));
    if (exact !== undefined) return exact;
    const near = this.asFile(path, specifier) ?? this.asFolder(path);
    return near?.kind === 'file' ? { kind: 'missing', why: `but an ES module must give the full path, as in ${near.path}` } : MISSING;
  }

  private asFile(path: string, specifier: string): ResolvedModule | undefined {
    if (/(?:^|\/)\.{0,2}$/.test(specifier) && specifier.endsWith('/')) return undefined;
    return ['', '.js', '.json', '.node'].map((end) => this.fileAt(`${path}${end}`)).find((found) => found !== undefined);
  }

  private asFolder(folder: string): ResolvedModule | undefined {
    const { main } = this.packageIn(folder) ?? {};
    const path = main === undefined ? undefined : posix.join(folder, main);
    const named = path === undefined ? undefined : (this.asFile(path, '') ?? this.asIndex(path));
    return named ?? this.asIndex(folder);
  }

  private asIndex(folder: string): ResolvedModule | undefined {
    return ['index.js', 'index.json', 'index.node']
      .map((name) => this.fileAt(posix.join(folder, name)))
      .find((found) => found !== undefined);
  }

  /** `#name`, from `imports` of the importing package. */
  private resolveOwn(specifier: string, asking: Importer): ResolvedModule {
    const own = this.packageOf(asking.folder);
    const target = findTarget(own?.facts.imports ?? {}, specifier, CONDITIONS[asking.kind]);
    if (own === undefined || typeof target !== 'string') return { kind: 'missing', why: 'which is not in `imports` of its package.json' };
    if (!target.startsWith('./')) return this.resolve(target, { ...asking, folder: own.folder });
    return (
      this.fileAt(posix.join(own.folder, target)) ?? {
        kind: 'missing',
        why: `which is mapped to ${posix.join(own.folder, target)}, a file that is not in the image`,
      }
    );
  }

  private resolvePackage(specifier: string, asking: Importer): ResolvedModule {
    const [name, rest] = splitSpecifier(specifier);
    const own = this.packageOf(asking.folder);
    if (own?.facts.name === name && own.facts.exports !== undefined) return this.fromExports(own, rest, asking);
    const folders = parentsOf(asking.folder).filter((folder) => posix.basename(folder) !== 'node_modules');
    const places = [
      ...folders.map((folder) => posix.join(folder, 'node_modules')),
      ...(asking.kind === 'require' ? (asking.nodePath ?? []) : []),
    ];
    let seen: ResolvedModule | undefined;
    for (const place of places) {
      const folder = posix.join(place, name);
      const exported = this.exportedBy(folder, rest, asking);
      if (exported !== undefined) return exported;
      const found = this.inPlace(folder, rest, asking);
      // An ES module uses the nearest package, `require` the nearest one that has the file.
      if (found?.kind === 'file' || (found !== undefined && asking.kind === 'import')) return found;
      // Node fails on a missing `main` and searches no further.
      if (found !== undefined && this.packageIn(posix.join(folder, rest))?.main !== undefined) return found;
      seen ??= found;
    }
    return seen ?? MISSING;
  }

  /** For a package with `exports`, which alone decide: no other package of that name is searched. */
  private exportedBy(folder: string, rest: string, asking: Importer): ResolvedModule | undefined {
    const facts = this.packageIn(folder);
    if (facts?.exports === undefined) return undefined;
    const found = this.files.resolve(folder);
    return this.fromExports({ folder: found.kind === 'found' ? found.path : folder, facts }, rest, asking);
  }

  /** `undefined` if the package is not there; a folder without a package.json may still have the file. */
  private inPlace(folder: string, rest: string, asking: Importer): ResolvedModule | undefined {
    const found = this.files.resolve(folder);
    const path = posix.join(folder, rest);
    const file = asking.kind === 'require' || rest === '' ? (this.asFile(path, '') ?? this.asFolder(path)) : this.fileAt(path);
    if (file !== undefined || found.kind !== 'found' || found.file.kind !== 'folder') return file;
    return { kind: 'missing', why: rest === '' ? `but ${folder} lacks its main file` : `but ${folder} lacks ${rest}` };
  }

  private fromExports(
    { folder, facts }: { readonly folder: string; readonly facts: PackageFacts },
    rest: string,
    asking: Importer,
  ): ResolvedModule {
    const target = findTarget(facts.exports, rest === '' ? '.' : `./${rest}`, CONDITIONS[asking.kind]);
    if (typeof target !== 'string') return { kind: 'missing', why: `which is not in \`exports\` of ${folder}/package.json` };
    const path = posix.join(folder, target);
    return this.fileAt(path) ?? { kind: 'missing', why: `which is mapped to ${path}, a file that is not in the image` };
  }
}

/** `@scope/name/sub/path` → `@scope/name` and `sub/path`. */
export function splitSpecifier(specifier: string): readonly [string, string] {
  const [first = '', second = '', ...rest] = specifier.split('/');
  const isScoped = specifier.startsWith('@');
  const name = isScoped ? `${first}/${second}` : first;
  return [name, (isScoped ? rest : [second, ...rest]).filter((part, index) => index > 0 || part !== '').join('/')];
}

function parentsOf(folder: string): readonly string[] {
  const names = folder.split('/').filter((name) => name !== '');
  return Array.from({ length: names.length + 1 }, (_, index) => `/${names.slice(0, names.length - index).join('/')}`);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

import { posix } from 'node:path';

import { type ElfFacts } from '../../executables/elf';
import { architectureOf } from '../../executables/architecture';
import { environmentOf } from './find-program';
import { type TestedImage } from './tested-image';

/** A file that needs libraries, and the files that need it, nearest first. */
export interface LinkedFile {
  /** The resolved path, for `$ORIGIN`. */
  readonly realPath: string;
  readonly elf: ElfFacts;
  readonly wantedBy: readonly LinkedFile[];
}

export type FoundLibrary =
  | { readonly kind: 'found'; readonly realPath: string; readonly elf: ElfFacts | undefined }
  /** `other`: a library of that name that does not fit. */
  | { readonly kind: 'missing'; readonly other?: string };

/**
 * Names that musl's loader provides itself. @see https://git.musl-libc.org/cgit/musl/tree/ldso/dynlink.c?h=v1.2.5 (load_library)
 */
const MUSL_OWN = /^lib(?:c|pthread|rt|m|dl|util|xnet)\./;

/** Triplets in the default folders of Debian and its derivatives. */
const TRIPLETS: Readonly<Record<string, string>> = {
  amd64: 'x86_64-linux-gnu',
  '386': 'i386-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  arm: 'arm-linux-gnueabihf',
  ppc64le: 'powerpc64le-linux-gnu',
  s390x: 's390x-linux-gnu',
  riscv64: 'riscv64-linux-gnu',
};

export function isMusl(interpreter: string): boolean {
  return posix.basename(interpreter).startsWith('ld-musl-');
}

/**
 * Searches a shared library like the loader. @param interpreter of the program, which decides between glibc's and musl's search.
 */
export function findLibrary(image: TestedImage, name: string, wanting: LinkedFile, interpreter: string): FoundLibrary {
  if (isMusl(interpreter) && MUSL_OWN.test(name))
    return lookIn(image, [posix.dirname(interpreter)], posix.basename(interpreter), wanting.elf);
  if (name.includes('/')) return lookIn(image, [posix.dirname(posix.resolve('/', name))], posix.basename(name), wanting.elf);
  const folders = [
    ...(wanting.elf.runpath.length === 0 || isMusl(interpreter) ? [wanting, ...wanting.wantedBy].flatMap(rpathOf) : []),
    ...(environmentOf(image)['LD_LIBRARY_PATH'] ?? '').split(/[:;]/).filter((folder) => folder !== ''),
    ...wanting.elf.runpath.map((folder) => expand(folder, wanting)),
    ...(isMusl(interpreter) ? muslFolders(image, interpreter) : glibcFolders(image, wanting.elf)),
  ];
  return lookIn(image, folders, name, wanting.elf);
}

function rpathOf(file: LinkedFile): readonly string[] {
  return file.elf.runpath.length > 0 ? [] : file.elf.rpath.map((folder) => expand(folder, file));
}

function expand(folder: string, { realPath, elf }: LinkedFile): string {
  return folder
    .replace(/\$(?:ORIGIN|\{ORIGIN\})/g, posix.dirname(realPath))
    .replace(/\$(?:LIB|\{LIB\})/g, elf.bits === 64 ? 'lib64' : 'lib');
}

function lookIn({ files }: TestedImage, folders: readonly string[], name: string, wanting: ElfFacts): FoundLibrary {
  let other: string | undefined;
  for (const folder of folders) {
    const found = files.resolve(posix.resolve('/', folder, name));
    if (found.kind !== 'found' || found.file.kind !== 'file') continue;
    const elf = found.file.facts?.elf;
    // The loader skips libraries for another architecture.
    if (elf === undefined || (elf.machine === wanting.machine && elf.bits === wanting.bits))
      return { kind: 'found', realPath: found.path, elf };
    other ??= `${found.path} is for ${architectureOf(elf)}`;
  }
  return { kind: 'missing', ...(other !== undefined && { other }) };
}

function muslFolders(image: TestedImage, interpreter: string): readonly string[] {
  const text = textOf(image, `/etc/${posix.basename(interpreter).replace(/\.so\.1$/, '')}.path`);
  return text === undefined ? ['/lib', '/usr/local/lib', '/usr/lib'] : text.split(/[:\n]/).filter((folder) => folder !== '');
}

function glibcFolders(image: TestedImage, elf: ElfFacts): readonly string[] {
  const triplet = TRIPLETS[architectureOf(elf)];
  const multiarch = triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`];
  return [
    ...configuredFolders(image, '/etc/ld.so.conf'),
    ...multiarch,
    ...(elf.bits === 64 ? ['/lib64', '/usr/lib64'] : []),
    '/lib',
    '/usr/lib',
  ];
}

/** The folders of `/etc/ld.so.conf` and the files that it includes. */
function configuredFolders(image: TestedImage, file: string, level = 0): readonly string[] {
  const lines = (textOf(image, file) ?? '').split('\n').map((line) => line.replace(/#.*/, '').trim());
  return lines.flatMap((line) => {
    const [, pattern] = /^include\s+(\S+)/.exec(line) ?? [];
    if (pattern === undefined) return line === '' ? [] : [line];
    return level > 4
      ? []
      : matching(image, posix.resolve(posix.dirname(file), pattern)).flatMap((one) => configuredFolders(image, one, level + 1));
  });
}

function matching({ files }: TestedImage, pattern: string): readonly string[] {
  const folder = posix.dirname(pattern);
  const [start = '', end = ''] = posix.basename(pattern).split('*');
  return files
    .list(folder)
    .filter((name) => name.startsWith(start) && name.endsWith(end))
    .map((name) => posix.join(folder, name));
}

function textOf({ files }: TestedImage, path: string): string | undefined {
  const found = files.resolve(path);
  return found.kind === 'found' ? found.file.facts?.text : undefined;
}

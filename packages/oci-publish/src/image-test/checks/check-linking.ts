import { formatPlatform } from '@nx-oci/model';

import { type ElfFacts } from '../../executables/elf';
import { architectureOf, runsOn } from '../../executables/architecture';
import { findLibrary, isMusl, type LinkedFile } from './find-library';
import { type Fault, type Findings, type TestedImage } from './tested-image';

/** More libraries than any program loads. */
const MAX_LIBRARIES = 2000;

/**
 * Checks that a program is for the platform of the image, and that its loader and all libraries exist. @param path as it is
 * called
 */
export function checkLinking(image: TestedImage, path: string, program: LinkedFile): Partial<Findings> {
  const { elf } = program;
  const otherMachine = checkArchitecture(image, path, elf);
  if (otherMachine !== undefined) return { faults: [otherMachine] };
  const { interpreter } = elf;
  if (interpreter === undefined) return { proven: [`${path} needs no libraries`] };
  const loader = image.files.resolve(interpreter);
  if (loader.kind !== 'found' || loader.file.kind !== 'file') return { faults: [noLoader(path, interpreter)] };
  return checkLibraries(image, { path, program, interpreter });
}

/** The fault of a file for another architecture than the image. */
export function checkArchitecture(image: TestedImage, path: string, elf: ElfFacts): Fault | undefined {
  if (runsOn(image.platform, elf)) return undefined;
  const what = `${path} is for ${architectureOf(elf)}, the image for ${formatPlatform(image.platform)}`;
  return { what, fix: 'build it for the platform of the image, or set `platform`' };
}

function noLoader(path: string, interpreter: string): Fault {
  const [libc, other] = isMusl(interpreter)
    ? ['musl (Alpine)', 'glibc (Debian, for example)']
    : ['glibc (Debian, for example)', 'musl (Alpine)'];
  return {
    what: `${path} needs the loader ${interpreter}, which is not in the image`,
    fix: `it was built for ${libc}: use a base with that libc rather than ${other} or none, or link it statically`,
  };
}

interface LinkedProgram {
  readonly path: string;
  readonly program: LinkedFile;
  readonly interpreter: string;
}

function checkLibraries(image: TestedImage, { path, program, interpreter }: LinkedProgram): Partial<Findings> {
  const faults = new Map<string, Fault>();
  const loaded = new Map<string, LinkedFile | undefined>();
  const wanting: LinkedFile[] = [program];
  for (let file = wanting.shift(); file !== undefined && loaded.size < MAX_LIBRARIES; file = wanting.shift()) {
    const name = file === program ? path : file.realPath;
    for (const needed of file.elf.needed) {
      if (loaded.has(needed)) continue;
      const found = findLibrary(image, needed, file, interpreter);
      if (found.kind === 'missing' && image.optional.includes(needed)) continue;
      if (found.kind === 'missing') {
        faults.set(needed, noLibrary(name, needed, found.other));
        continue;
      }
      const library = found.elf && { realPath: found.realPath, elf: found.elf, wantedBy: [file, ...file.wantedBy] };
      loaded.set(needed, library);
      if (library !== undefined) wanting.push(library);
    }
    for (const fault of oldLibraries(name, file, loaded)) faults.set(fault.what, fault);
  }
  if (faults.size > 0) return { faults: [...faults.values()] };
  return { proven: [`${path} has its ${loaded.size === 1 ? 'library' : `${loaded.size} libraries`}`] };
}

function noLibrary(name: string, needed: string, other: string | undefined): Fault {
  return {
    what: `${name} needs ${needed}, ${other === undefined ? 'which is not in the image' : `and ${other}`}`,
    fix: 'install the package that contains it, use a base that has it, or name it in `optional` if it is not needed',
  };
}

/** A program that was built on a newer system may need symbol versions that an older library lacks: `GLIBC_2.38`. */
function oldLibraries(name: string, { elf }: LinkedFile, loaded: ReadonlyMap<string, LinkedFile | undefined>): readonly Fault[] {
  return Object.entries(elf.wantedVersions).flatMap(([needed, versions]) => {
    const library = loaded.get(needed);
    if (library === undefined || library.elf.versions.length === 0) return [];
    const missing = versions.filter((version) => !library.elf.versions.includes(version));
    if (missing.length === 0) return [];
    return [
      {
        what: `${name} needs ${missing.join(', ')} of ${needed}, which ${library.realPath} does not have`,
        fix: 'build it on the system of the base or an older one, or use a newer base',
      },
    ];
  });
}

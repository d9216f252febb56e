import { type Platform } from '@nx-oci/model';

import { type ElfFacts } from '../facts/elf';

/** `e_machine` of the ELF files that a platform runs, its own first. @see https://www.sco.com/developers/gabi/latest/ch4.eheader.html */
const MACHINES: Readonly<Record<string, readonly number[]>> = {
  // Its processors run 32-bit programs, too.
  amd64: [62, 3],
  '386': [3],
  arm64: [183],
  arm: [40],
  ppc64le: [21],
  s390x: [22],
  riscv64: [243],
  loong64: [258],
  mips64le: [8],
};

/** The architecture that an ELF file is for, as platforms name it. */
export function architectureOf({ machine }: ElfFacts): string {
  return Object.keys(MACHINES).find((name) => MACHINES[name]?.[0] === machine) ?? `machine ${machine}`;
}

/** Whether a platform runs it; a platform that is not known here is taken to. */
export function runsOn({ architecture }: Platform, elf: ElfFacts): boolean {
  return MACHINES[architecture]?.includes(elf.machine) ?? true;
}

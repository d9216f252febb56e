import { type Platform } from '@nx-oci/model';

import { type ElfFacts } from './elf';

/**
 * `e_machine` of the ELF files that a platform can run, its own first. @see
 * https://www.sco.com/developers/gabi/latest/ch4.eheader.html
 */
const MACHINES: Readonly<Record<string, readonly number[]>> = {
  // Its processors also run 32-bit programs.
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

/** The architecture of an ELF file, as in platforms. */
export function architectureOf({ machine }: ElfFacts): string {
  return Object.keys(MACHINES).find((name) => MACHINES[name]?.[0] === machine) ?? `machine ${machine}`;
}

/** Whether a platform can run it; assumed for unknown platforms. */
export function runsOn({ architecture }: Platform, elf: ElfFacts): boolean {
  return MACHINES[architecture]?.includes(elf.machine) ?? true;
}

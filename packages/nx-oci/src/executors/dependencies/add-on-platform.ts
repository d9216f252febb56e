import { readFile } from 'node:fs/promises';

import { type NodePlatform } from './managers/manager';

/** `e_machine` of an ELF header, by Node's name for the architecture. */
const MACHINES: Readonly<Record<number, string>> = {
  3: 'ia32',
  21: 'ppc64',
  22: 's390x',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
};

/** Whether a native add-on, a shared library, can be loaded on a platform: by its ELF header and the C library that it names. */
export async function fitsPlatform(file: string, { cpu, libc }: Pick<NodePlatform, 'cpu' | 'libc'>): Promise<boolean> {
  const bytes = await readFile(file);
  if (bytes.length < 20 || bytes.readUInt32BE(0) !== 0x7f454c46) return false;
  const isLittle = bytes[5] === 1;
  if (MACHINES[isLittle ? bytes.readUInt16LE(18) : bytes.readUInt16BE(18)] !== cpu) return false;
  const isForMusl = bytes.includes('libc.musl-');
  // One that names neither is linked statically, or only with what both have.
  return libc === 'musl' ? isForMusl || !bytes.includes('libc.so.6') : !isForMusl;
}

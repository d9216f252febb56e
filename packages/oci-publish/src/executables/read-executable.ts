import { formatPlatform, type Platform } from '@nx-oci/model';

import { architectureOf, runsOn } from './architecture';
import { isElf, readElf } from './elf';

/** The systems that can run a program, and its loader. */
export interface Executable {
  /** The system for messages: `linux/arm64`, `macOS`, `Windows`. */
  readonly madeFor: string;
  /** Whether a platform runs it. */
  readonly runsOn: (platform: Platform) => boolean;
  /** Absolute path of its loader; a program with a loader also needs shared libraries. */
  readonly interpreter?: string;
}

const MACH_O = new Set(['feedface', 'feedfacf', 'cefaedfe', 'cffaedfe']);
const UNIVERSAL = 'cafebabe';
// A Java class file begins with the same bytes; its version (45 or more) has the position of the number of parts.
const MAX_PARTS = 20;

/** The system of a program; undefined for a script or any other file. */
export function readExecutable(content: Buffer): Executable | undefined {
  if (isElf(content)) return readLinux(content);
  const head = content.toString('hex', 0, 4);
  const isUniversal = head === UNIVERSAL && content.length >= 8 && content.readUInt32BE(4) <= MAX_PARTS;
  if (MACH_O.has(head) || isUniversal) return { madeFor: 'macOS', runsOn: () => false };
  if (isPortableExecutable(content)) return { madeFor: 'Windows', runsOn: ({ os }) => os === 'windows' };
  return undefined;
}

function readLinux(content: Buffer): Executable | undefined {
  const elf = readElf(content);
  if (elf === undefined) return undefined;
  return {
    madeFor: `linux/${architectureOf(elf)}`,
    runsOn: (platform) => runsOn(platform, elf),
    ...(elf.interpreter !== undefined && { interpreter: elf.interpreter }),
  };
}

function isPortableExecutable(content: Buffer): boolean {
  if (content.length < 64 || content.toString('latin1', 0, 2) !== 'MZ') return false;
  const at = content.readUInt32LE(60);
  return content.toString('latin1', at, at + 4) === 'PE\0\0';
}

/** How to build a program for a platform, with tools that have an option for it. */
export function buildForHint(platform: Platform): string {
  const { os, architecture } = platform;
  const rust = { amd64: 'x86_64', arm64: 'aarch64' }[architecture];
  const target = rust === undefined ? '' : `, Rust: --target ${rust}-unknown-linux-musl`;
  return `Build it for ${formatPlatform(platform)} (Go: GOOS=${os} GOARCH=${architecture} CGO_ENABLED=0${target}), or set \`platform\` of the image.`;
}

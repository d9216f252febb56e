import { formatPlatform, type Platform } from '@nx-oci/model';

import { architectureOf, runsOn } from './architecture';
import { isElf, readElf } from './elf';

/** What a file is, for the one who starts it. */
export interface Executable {
  /** As people call what it runs on: `linux/arm64`, `macOS`, `Windows`. */
  readonly madeFor: string;
  /** Whether a platform runs it. */
  readonly runsOn: (platform: Platform) => boolean;
  /** Absolute path of its loader: it needs shared libraries as well. */
  readonly interpreter?: string;
}

const MACH_O = new Set(['feedface', 'feedfacf', 'cefaedfe', 'cffaedfe']);
const UNIVERSAL = 'cafebabe';
// A class of Java begins with the same bytes, and has its version (45 and more) where the other has the number of its parts.
const MAX_PARTS = 20;

/** What a program is made for; undefined for a script, and for all that is no program. */
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

/** How to build a program for a platform, for the tools that do it by an option. */
export function buildForHint(platform: Platform): string {
  const { os, architecture } = platform;
  const rust = { amd64: 'x86_64', arm64: 'aarch64' }[architecture];
  const target = rust === undefined ? '' : `, Rust: --target ${rust}-unknown-linux-musl`;
  return `Build it for ${formatPlatform(platform)} (Go: GOOS=${os} GOARCH=${architecture} CGO_ENABLED=0${target}), or set \`platform\` of the image.`;
}

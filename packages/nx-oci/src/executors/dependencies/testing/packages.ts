import { type AuthoredPackage } from './package-registry';

/** The beginning of a shared library: its architecture, and the C library that it names. */
export function sharedLibrary(machine: number, libc: string): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32BE(0x7f454c46, 0);
  bytes[5] = 1;
  bytes.writeUInt16LE(machine, 18);
  return Buffer.concat([bytes, Buffer.from(libc)]);
}

const platforms = [
  { suffix: 'linux-x64-gnu', os: ['linux'], cpu: ['x64'], libc: ['glibc'], file: sharedLibrary(62, 'libc.so.6') },
  { suffix: 'linux-x64-musl', os: ['linux'], cpu: ['x64'], libc: ['musl'], file: sharedLibrary(62, 'libc.musl-x86_64.so.1') },
  { suffix: 'linux-arm64-gnu', os: ['linux'], cpu: ['arm64'], libc: ['glibc'], file: sharedLibrary(183, 'libc.so.6') },
  { suffix: 'darwin-arm64', os: ['darwin'], cpu: ['arm64'], file: Buffer.from('cffaedfe', 'hex') },
];

/** The usual kinds of packages: plain, with prebuilt files as optional packages, with an install script. */
export const PACKAGES: readonly AuthoredPackage[] = [
  { manifest: { name: 'plain', version: '1.0.0', bin: 'run.js' }, files: { 'run.js': '#!/usr/bin/env node\n' } },
  { manifest: { name: 'tool', version: '1.0.0' } },
  ...platforms.map(({ suffix, file, ...platform }) => ({
    manifest: { name: `prebuilt-${suffix}`, version: '1.0.0', ...platform },
    files: { 'add-on.node': file },
  })),
  {
    manifest: {
      name: 'prebuilt',
      version: '1.0.0',
      optionalDependencies: Object.fromEntries(platforms.map(({ suffix }) => [`prebuilt-${suffix}`, '1.0.0'])),
    },
    files: { 'binding.gyp': '{}' },
  },
  {
    manifest: { name: 'compiled', version: '1.0.0', scripts: { install: 'node compile.js' } },
    files: { 'binding.gyp': '{}', 'compile.js': `require('fs').writeFileSync('compiled-here', '')` },
  },
];

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { listInstalled } from './installed-packages';
import { type NodePlatform } from './managers/manager';

interface PlatformFields {
  readonly os?: string | readonly string[];
  readonly cpu?: string | readonly string[];
  readonly libc?: string | readonly string[];
}

/** Removes packages whose package.json says that they are for other platforms: some package managers install all of them. */
export async function removeForeignPackages(folder: string, { os, cpu, libc }: NodePlatform): Promise<void> {
  for (const one of await listInstalled(folder)) {
    const manifest = JSON.parse(await readFile(join(one.folder, 'package.json'), 'utf8')) as PlatformFields;
    const fits = takes(manifest.os, os) && takes(manifest.cpu, cpu) && takes(manifest.libc, libc);
    if (!fits) await rm(one.folder, { recursive: true, force: true });
  }
}

/** `linux`, `["x64", "arm64"]`, `["!win32"]`; absent means all. */
function takes(written: string | readonly string[] | undefined, value: string): boolean {
  const list = [written ?? []].flat();
  const wanted = list.filter((one) => !one.startsWith('!'));
  return !list.includes(`!${value}`) && (wanted.length === 0 || wanted.includes(value) || wanted.includes('any'));
}

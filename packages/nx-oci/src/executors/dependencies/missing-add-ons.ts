import { join } from 'node:path';

import { fitsPlatform } from './add-on-platform';
import { type InstalledPackage, listInstalled } from './installed-packages';
import { describePlatform, type NormalizedDependenciesOptions } from './normalize-options';

/**
 * The problems of packages with a native add-on (`binding.gyp`, `*.node`) that cannot be loaded on the platform of the image:
 * neither their own add-on, nor one of a package for that platform that is named after them.
 */
export async function describeMissingAddOns(
  folder: string,
  { platform, runsScripts }: Pick<NormalizedDependenciesOptions, 'platform' | 'runsScripts'>,
): Promise<readonly string[]> {
  const packages = await listInstalled(folder);
  const native: InstalledPackage[] = [];
  const fitting = new Set<string>();
  for (const one of packages) {
    const addOns = one.files.filter((file) => file.endsWith('.node'));
    if (addOns.length === 0 && !one.files.includes('binding.gyp')) continue;
    if (await some(addOns, (file) => fitsPlatform(join(one.folder, file), platform))) fitting.add(one.name);
    else native.push(one);
  }
  // `@img/sharp-linux-x64` is for `sharp`, `lightningcss-linux-x64-gnu` for `lightningcss`.
  const hasOther = ({ name }: InstalledPackage) => [...fitting].some((other) => other.includes(plainName(name)) && other !== name);
  // A package for another platform only contains its own add-on.
  const missing = native.filter((one) => one.files.includes('binding.gyp') && !hasOther(one));
  const names = [...new Set(missing.map(({ name }) => name))];
  if (names.length === 0) return [];
  const what = names.length === 1 ? 'has a native add-on, and none' : 'have native add-ons, and none';
  const remedy = runsScripts
    ? 'Its install script made none: run the package manager by hand to see why.'
    : 'Where the program needs it, set `scripts` to true and run this target on a machine of that platform, or take a version of the package that comes with prebuilt files.';
  return [
    `${names.join(', ')} ${what} for ${describePlatform(platform)}: install scripts were ${runsScripts ? '' : 'not '}run. → ${remedy}`,
  ];
}

function plainName(name: string): string {
  return name.replace(/^@[^/]+\//, '');
}

async function some<Item>(items: readonly Item[], test: (item: Item) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (await test(item)) return true;
  return false;
}

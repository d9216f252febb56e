import { isDeepStrictEqual } from 'node:util';

import { type TargetConfiguration, type Tree } from '@nx/devkit';
import { OciError } from '@nx-oci/model';

import { joinPathFragments, readJson, writeJson } from '../../nx/devkit';
import { compareLines } from '../compare-lines';

type Targets = Readonly<Record<string, TargetConfiguration>>;

interface ProjectFile {
  readonly targets?: Targets;
  readonly nx?: { readonly targets?: Targets };
}

/**
 * Writes targets into project.json, or under `nx` in package.json if there is none.
 *
 * @returns the changed file; `undefined` if nothing changed
 * @throws OciError `OPTIONS_INVALID` if it has other targets of these names
 */
export function writeTargets(tree: Tree, root: string, targets: Targets, isForced: boolean): string | undefined {
  const projectJson = joinPathFragments(root, 'project.json');
  const isProjectJson = tree.exists(projectJson);
  const file = isProjectJson ? projectJson : joinPathFragments(root, 'package.json');
  const content = readJson<ProjectFile>(tree, file);
  const existing = (isProjectJson ? content.targets : content.nx?.targets) ?? {};
  const changed = Object.entries(targets).filter(([name, target]) => !isDeepStrictEqual(existing[name], target));
  if (changed.length === 0) return undefined;
  const taken = changed.filter(([name]) => existing[name] !== undefined);
  if (taken.length > 0 && !isForced) throw refuseOther(file, existing, Object.fromEntries(taken));
  const merged = { ...existing, ...targets };
  writeJson(tree, file, isProjectJson ? { ...content, targets: merged } : { ...content, nx: { ...content.nx, targets: merged } });
  return file;
}

function refuseOther(file: string, existing: Targets, taken: Targets): OciError {
  const names = Object.keys(taken);
  const difference = names.flatMap((name) => [
    `  ${name}:`,
    ...compareLines(format(existing[name]), format(taken[name])).map((line) => `  ${line}`),
  ]);
  return new OciError(
    'OPTIONS_INVALID',
    [`Cannot write ${file}: it already has different targets with these names.`, ...difference].join('\n'),
    {
      hint: 'Nothing was written. Change them by hand, or overwrite them with --force.',
    },
  );
}

function format(target: TargetConfiguration | undefined): string {
  return JSON.stringify(target, undefined, 2);
}

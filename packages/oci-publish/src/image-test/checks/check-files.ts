import { type ContainerUser, findUser, mayExecute } from './container-user';
import { type Fault, type Findings, type TestedImage } from './tested-image';

interface Wanted {
  readonly path: string;
  readonly executable: boolean;
}

/** Checks that paths are in the image, and that its user may run the executable ones. */
export function checkFiles(image: TestedImage, wanted: readonly Wanted[]): Partial<Findings> {
  const user = findUser(image);
  const faults = wanted.flatMap((one) => checkFile(image, one, user));
  const count = wanted.length === 1 ? '1 file' : `${wanted.length} files`;
  return { faults, proven: wanted.length === 0 || faults.length > 0 ? [] : [`${count} as expected`] };
}

function checkFile({ files }: TestedImage, { path, executable }: Wanted, user: ContainerUser | string): readonly Fault[] {
  const found = files.resolve(path);
  if (found.kind === 'loop') return [{ what: `the links of ${path} form a loop`, fix: 'correct the link' }];
  if (found.kind === 'missing') {
    const way = found.at === path ? '' : ` (it leads to ${found.at})`;
    return [{ what: `${path} is required, but not in the image${way}`, fix: 'put it into a layer, or remove it from `files`' }];
  }
  if (!executable || typeof user === 'string') return [];
  const mayRun = found.file.kind === 'file' && mayExecute(found.file, user) && found.through.every((folder) => mayExecute(folder, user));
  if (mayRun) return [];
  const mode = (found.file.mode & 0o777).toString(8).padStart(3, '0');
  return [
    { what: `${path} is not executable for the user ${user.name} (mode ${mode})`, fix: 'set `mode` of its layer to 755, or `chmod +x` it' },
  ];
}

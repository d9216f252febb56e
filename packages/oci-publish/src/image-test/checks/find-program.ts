import { posix } from 'node:path';

import { type ImageFile } from '@nx-oci/layout';

import { type FileFacts } from '../facts/file-facts';
import { type ContainerUser, mayExecute } from './container-user';
import { type Fault, type TestedImage } from './tested-image';

/** The PATH that engines use if the image sets none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface Program {
  /** The path as called: absolute, with links. */
  readonly path: string;
  /** The path with links resolved. */
  readonly realPath: string;
  readonly file: ImageFile<FileFacts>;
}

export function environmentOf({ config }: Pick<TestedImage, 'config'>): Readonly<Record<string, string>> {
  const pairs = (config.Env ?? []).map((entry) => [entry.split('=', 1)[0] ?? '', entry.slice(entry.indexOf('=') + 1)]);
  return Object.fromEntries(pairs) as Readonly<Record<string, string>>;
}

/** The working folder of the program. */
export function workingFolderOf({ config }: Pick<TestedImage, 'config'>): string {
  return posix.resolve('/', config.WorkingDir ?? '');
}

/** Finds the program for a word as the engine does: by the image's own PATH and links, for its user. */
export function findProgram(image: TestedImage, word: string, user: ContainerUser): Program | Fault {
  if (word.includes('/')) return lookAt(image, posix.resolve(workingFolderOf(image), word), user);
  const folders = (environmentOf(image)['PATH'] ?? DEFAULT_PATH).split(':').filter((folder) => folder !== '');
  const looked = folders.map((folder) => lookAt(image, posix.resolve(workingFolderOf(image), folder, word), user));
  const found = looked.find((one): one is Program => 'file' in one);
  if (found !== undefined) return found;
  const there = looked.find((one): one is Fault => 'what' in one && !one.what.includes(NOT_THERE));
  return (
    there ?? {
      what: `the program ${word} is in none of the folders of PATH (${folders.join(', ')})`,
      fix: 'put it into a layer, use a base that has it, or give its full path',
    }
  );
}

const NOT_THERE = 'which is not in the image';

function lookAt({ files }: TestedImage, path: string, user: ContainerUser): Program | Fault {
  const found = files.resolve(path);
  if (found.kind === 'loop') return { what: `the links of ${path} form a loop`, fix: 'correct the link' };
  if (found.kind === 'missing') {
    const way = found.link === undefined ? '' : ` through the link ${found.link}`;
    const what = found.at === path ? `the image runs ${path}` : `${path} leads to ${found.at}${way}`;
    return { what: `${what}, ${NOT_THERE}`, fix: 'put it into a layer, or correct the command' };
  }
  const { file } = found;
  if (file.kind !== 'file') return { what: `${path} is a ${file.kind}, not a program`, fix: 'name the program in it' };
  const closed = found.through.find((folder) => !mayExecute(folder, user));
  if (closed !== undefined) {
    return {
      what: `the user ${user.name} may not enter a folder on the way to ${path}`,
      fix: 'set its `mode` or `owner`, or another `user`',
    };
  }
  if (mayExecute(file, user)) return { path, realPath: found.path, file };
  const mode = (file.mode & 0o777).toString(8).padStart(3, '0');
  const rights = `mode ${mode}, owner ${file.uid}:${file.gid}`;
  return {
    what: `${path} is not executable for the user ${user.name} (${rights})`,
    fix: 'set `mode` of its layer to 755, or `chmod +x` it',
  };
}

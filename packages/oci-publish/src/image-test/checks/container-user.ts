import { type ImageFile } from '@nx-oci/layout';

import { type FileFacts } from '../facts/file-facts';
import { type TestedImage } from './tested-image';

/** The user that runs the program of an image. */
export interface ContainerUser {
  /** For messages: as in the config. */
  readonly name: string;
  readonly uid: number;
  readonly gids: readonly number[];
}

/** The user that the config names; a string says what is wrong with it. */
export function findUser(image: Pick<TestedImage, 'config' | 'files'>): ContainerUser | string {
  const name = image.config.User ?? '';
  const [user = '', group] = name.split(':');
  const accounts = linesOf(image, '/etc/passwd');
  const groups = linesOf(image, '/etc/group');
  const isNumber = /^\d+$/.test(user);
  const account = accounts.find((fields) => fields[0] === user || (isNumber && fields[2] === user));
  if (account === undefined && !isNumber && !['', 'root'].includes(user)) return `the user ${user} is not in /etc/passwd`;
  const uid = Number(account?.[2] ?? (isNumber ? user : 0));
  const named = groups.find((fields) => fields[0] === group);
  if (group !== undefined && group !== '' && named === undefined && !/^\d+$/.test(group)) return `the group ${group} is not in /etc/group`;
  const gid = Number(named?.[2] ?? group ?? account?.[3] ?? 0);
  const more = groups.filter((fields) => account !== undefined && (fields[3] ?? '').split(',').includes(account[0] ?? ''));
  return { name: name === '' ? 'root' : name, uid, gids: [gid, ...more.map((fields) => Number(fields[2]))] };
}

/** Whether the kernel lets the user run the file, or enter the folder. */
export function mayExecute({ kind, mode, uid, gid }: ImageFile<FileFacts>, user: ContainerUser): boolean {
  if (user.uid === 0) return kind === 'folder' || (mode & 0o111) !== 0;
  if (user.uid === uid) return (mode & 0o100) !== 0;
  return (mode & (user.gids.includes(gid) ? 0o010 : 0o001)) !== 0;
}

function linesOf({ files }: Pick<TestedImage, 'files'>, path: string): readonly (readonly string[])[] {
  const found = files.resolve(path);
  const text = found.kind === 'found' ? (found.file.facts?.text ?? '') : '';
  return text.split('\n').map((line) => line.split(':'));
}

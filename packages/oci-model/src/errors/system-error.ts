import { OciError } from './oci-error';

/** The failure in words, and what to do about it. */
interface Reason {
  readonly what: string;
  readonly hint: string;
}

const DENIED: Reason = { what: 'permission denied', hint: 'Give this user access, or run as the owner.' };
const FULL: Reason = { what: 'the disk is full', hint: 'Free some space and try again: partly written files are not used.' };
const BUSY: Reason = { what: 'another program is using it', hint: 'Wait for that program or stop it, then try again.' };
const TOO_MANY: Reason = { what: 'too many files are open', hint: 'Raise the limit on open files (ulimit -n).' };
const BROKEN: Reason = {
  what: 'the disk reported an error',
  hint: 'Check the system log: the disk or network drive may be faulty.',
};

// Node reports ENOENT when it creates several folders at once on a read-only disk.
const NOT_MADE: Reason = {
  what: 'the system could not create it',
  hint: 'Check that the disk is writable and that the parent folder still exists.',
};

const REASONS: Readonly<Record<string, Reason>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  ENOSPC: FULL,
  EDQUOT: { ...FULL, what: 'the quota of this user is exhausted' },
  EROFS: { what: 'the file system is read-only', hint: 'Mount it writable, or work in a writable folder.' },
  EBUSY: BUSY,
  ETXTBSY: BUSY,
  EMFILE: TOO_MANY,
  ENFILE: TOO_MANY,
  EIO: BROKEN,
  ESTALE: BROKEN,
  ENODEV: BROKEN,
  ENXIO: { what: 'it is a pipe, socket or device', hint: 'Replace it with a regular file, or remove it.' },
  EISDIR: { what: 'it is a folder', hint: 'Replace it with a file, or remove it.' },
  ENOTDIR: { what: 'a part of its path is a file, not a folder', hint: 'Remove that file, or correct the path.' },
  ENOENT: { what: 'it does not exist', hint: 'It may have been removed meanwhile: try again.' },
  EEXIST: { what: 'it already exists', hint: 'Remove it, then try again.' },
  ENOTEMPTY: { what: 'it is not empty', hint: 'Another program may be writing there: try again.' },
  ELOOP: { what: 'its symbolic links form a loop', hint: 'Correct the links.' },
  ENAMETOOLONG: { what: 'its name is too long for the file system', hint: 'Use shorter names, or a folder with a shorter path.' },
  EFBIG: { what: 'it is larger than the file system allows', hint: 'Work on another file system.' },
  EXDEV: { what: 'the two are on different file systems', hint: 'Keep the folder on one file system.' },
};

const VERBS: Readonly<Record<string, string>> = {
  open: 'open',
  scandir: 'list',
  opendir: 'list',
  readdir: 'list',
  stat: 'access',
  lstat: 'access',
  fstat: 'access',
  access: 'access',
  realpath: 'access',
  readlink: 'read',
  read: 'read',
  write: 'write',
  writev: 'write',
  fsync: 'write',
  fdatasync: 'write',
  ftruncate: 'write',
  utime: 'write',
  futime: 'write',
  chmod: 'change the mode of',
  fchmod: 'change the mode of',
  chown: 'change the owner of',
  copyfile: 'copy',
  link: 'link',
  symlink: 'link',
  mkdir: 'create the folder',
  mkdtemp: 'create the folder',
  rename: 'rename',
  rm: 'remove',
  rmdir: 'remove',
  unlink: 'remove',
};

/**
 * Turns a file system error (disk full, read-only, permission denied …) into an `OciError` with path, reason and remedy.
 * Called once, where errors reach the user, so that no single file operation has to.
 *
 * @returns `undefined` for all other errors, which may be bugs.
 */
export function explainSystemError(error: unknown): OciError | undefined {
  // Not by class: the error may come from another realm.
  if (typeof error !== 'object' || error === null) return undefined;
  const { code: written = '', syscall = '', path, dest } = error as Partial<NodeJS.ErrnoException> & { readonly dest?: string };
  // Node has some codes of its own, such as ERR_FS_EISDIR.
  const code = written.replace(/^ERR_FS_/, '');
  const reason = code === 'ENOENT' && syscall === 'mkdir' ? NOT_MADE : REASONS[code];
  const verb = VERBS[syscall];
  if (reason === undefined || verb === undefined) return undefined;
  // Errors of operations on an open file have no path.
  const what = path ?? 'a file';
  const target = dest === undefined ? '' : ` to ${dest}`;
  return new OciError('FILE_UNUSABLE', `Cannot ${verb} ${what}${target}: ${reason.what} (${code}).`, { hint: reason.hint, cause: error });
}

import { OciError } from './oci-error';

/** What the system refused, in words, and what to do about it. */
interface Reason {
  readonly what: string;
  readonly hint: string;
}

const DENIED: Reason = { what: 'this user may not', hint: 'Give this user the right to, or run as the user whom it belongs to.' };
const FULL: Reason = { what: 'the disk is full', hint: 'Make room there, and run it again: what was half written is not used.' };
const BUSY: Reason = { what: 'another program is using it', hint: 'Wait for that program, or end it, and run it again.' };
const TOO_MANY: Reason = { what: 'too many files are open', hint: 'Raise the limit of open files: ulimit -n.' };
const BROKEN: Reason = {
  what: 'the disk failed to',
  hint: 'Look into the log of the system: the disk or the network drive may be broken.',
};

// What Node says of several folders at once on a disk that can only be read.
const NOT_MADE: Reason = {
  what: 'the system did not make it',
  hint: 'Can its disk be written to, and is the folder above it still there?',
};

const REASONS: Readonly<Record<string, Reason>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  ENOSPC: FULL,
  EDQUOT: { ...FULL, what: 'the quota of this user is used up' },
  EROFS: { what: 'the file system can only be read', hint: 'Mount it for writing, or work in a folder that can be written to.' },
  EBUSY: BUSY,
  ETXTBSY: BUSY,
  EMFILE: TOO_MANY,
  ENFILE: TOO_MANY,
  EIO: BROKEN,
  ESTALE: BROKEN,
  ENODEV: BROKEN,
  ENXIO: { what: 'it is a pipe, socket or device', hint: 'Put the file that is meant there, or remove it.' },
  EISDIR: { what: 'it is a folder', hint: 'Put the file that is meant there, or remove the folder.' },
  ENOTDIR: { what: 'a part of its path is a file, not a folder', hint: 'Remove that file, or correct the path.' },
  ENOENT: { what: 'it is not there', hint: 'Was it removed meanwhile? Run it again.' },
  EEXIST: { what: 'something else is there', hint: 'Remove it, and run it again.' },
  ENOTEMPTY: { what: 'it is not empty', hint: 'Does another program write there? Run it again.' },
  ELOOP: { what: 'its symbolic links lead in a circle', hint: 'Correct the links.' },
  ENAMETOOLONG: { what: 'its name is too long for the file system', hint: 'Use shorter names, or a folder with a shorter path.' },
  EFBIG: { what: 'it is larger than the file system allows', hint: 'Work on another file system.' },
  EXDEV: { what: 'the two are on different file systems', hint: 'Keep the folder on one file system.' },
};

const VERBS: Readonly<Record<string, string>> = {
  open: 'open',
  scandir: 'list',
  opendir: 'list',
  readdir: 'list',
  stat: 'look at',
  lstat: 'look at',
  fstat: 'look at',
  access: 'look at',
  realpath: 'look at',
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
  mkdir: 'make the folder',
  mkdtemp: 'make the folder',
  rename: 'rename',
  rm: 'remove',
  rmdir: 'remove',
  unlink: 'remove',
};

/**
 * An error of a file system (full, read-only, not allowed …) as one of ours, whatever the call was: path, reason, remedy.
 * The one place that does; called where errors leave us, so that no call has to.
 *
 * @returns `undefined` for everything else, which may be a bug of ours.
 */
export function explainSystemError(error: unknown): OciError | undefined {
  // Not by its class: an error of Node's may come from another realm.
  if (typeof error !== 'object' || error === null) return undefined;
  const { code: written = '', syscall = '', path, dest } = error as Partial<NodeJS.ErrnoException> & { readonly dest?: string };
  // Node has codes of its own where it knows better than the system: ERR_FS_EISDIR.
  const code = written.replace(/^ERR_FS_/, '');
  const reason = code === 'ENOENT' && syscall === 'mkdir' ? NOT_MADE : REASONS[code];
  const verb = VERBS[syscall];
  if (reason === undefined || verb === undefined) return undefined;
  // Node knows no path where only the open file was at hand.
  const what = path ?? 'a file';
  const target = dest === undefined ? '' : ` to ${dest}`;
  return new OciError('FILE_UNUSABLE', `Cannot ${verb} ${what}${target}: ${reason.what} (${code}).`, { hint: reason.hint, cause: error });
}

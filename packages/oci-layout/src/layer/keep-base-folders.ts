import { OciError } from '@nx-oci/model';

import type { FolderLookup } from '../base-folders/folder-lists';
import type { FolderEntry, LayerEntry } from './layer-entry';

// Symbolic links in the images of most distributions: /bin -> usr/bin, /var/run -> /run.
const USUAL_LINKS: ReadonlySet<string> = new Set(['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'var/run', 'var/lock']);

/**
 * The entries of a layer with each folder as the base image has it, as `COPY` leaves it: its mode, and its owner unless the
 * source says one.
 *
 * The folder's entry has to stay. Engines that extract each layer alone (Docker's overlay2, podman and buildah) would make a
 * folder that is not named with 0755 and root, or with 0600, and it hides what the base says of it: seen with podman 4.3.
 *
 * @throws OciError `OPTIONS_INVALID` where the base has a symbolic link: a folder in its place hides what is behind it.
 */
export function keepBaseFolders(entries: readonly LayerEntry[], base: FolderLookup): readonly LayerEntry[] {
  return entries.map((entry) => (entry.kind === 'folder' ? keepFolder(entry, base) : entry));
}

function keepFolder(entry: FolderEntry, base: FolderLookup): FolderEntry {
  if (base.kind === 'unknown') {
    if (USUAL_LINKS.has(entry.path)) throw hidesLink(entry.path, 'a link in most base images');
    return entry;
  }
  const found = base.folders.find(entry.path);
  if (found === undefined) return entry;
  if (found.kind === 'link') throw hidesLink(entry.path, `a link to ${found.target} in the base image`);
  const { mode, uid, gid } = found;
  return { ...entry, mode, ...(entry.isOwnerGiven ? {} : { uid, gid }) };
}

function hidesLink(path: string, what: string): OciError {
  return new OciError('OPTIONS_INVALID', `Cannot build the image: a layer brings the folder /${path}, which is ${what}.`, {
    hint: 'A folder of that name would hide what is in the base image: write the path that the link leads to, such as /usr/local/bin for /bin.',
  });
}

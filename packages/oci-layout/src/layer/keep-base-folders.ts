import { OciError } from '@nx-oci/model';

import type { FolderLookup } from '../base-folders/folder-lists';
import type { FolderEntry, LayerEntry } from './layer-entry';

// Symbolic links in the images of most distributions: /bin -> usr/bin, /var/run -> /run.
const USUAL_LINKS: ReadonlySet<string> = new Set(['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'var/run', 'var/lock']);

/**
 * The entries of a layer, with each folder as in the base image, as after `COPY`: with its mode, and its owner unless the
 * source sets one.
 *
 * The entry of the folder is necessary. Engines that extract each layer separately (Docker's overlay2, podman and buildah)
 * would create a missing folder with 0755 and root, or with 0600, overriding the base image: seen with podman 4.3.
 *
 * @throws OciError `OPTIONS_INVALID` if the base has a symbolic link: a folder in its place hides the target of the link.
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
  return new OciError('OPTIONS_INVALID', `Cannot build the image: a layer contains the folder /${path}, which is ${what}.`, {
    hint: 'A folder of that name would hide files of the base image: use the target of the link, such as /usr/local/bin for /bin.',
  });
}

import { isMap, isSeq, type Document } from 'yaml';
import { type RawRegistry } from '@nx-oci/publish';

/** Sets an entry under `registries`. */
export function writeEntry(document: Document, name: string, entry: RawRegistry): void {
  requireMap(document, 'registries');
  document.setIn(['registries', name], document.createNode(entry));
}

/** Adds a name to `publish.registries`. */
export function writeDefault(document: Document, name: string): void {
  requireMap(document, 'publish');
  if (isSeq(document.getIn(['publish', 'registries']))) document.addIn(['publish', 'registries'], name);
  else document.setIn(['publish', 'registries'], document.createNode([name], { flow: true }));
}

/** A section that is there without content holds an empty value, which nothing can be put into. */
function requireMap(document: Document, section: string): void {
  if (!isMap(document.contents)) document.contents = document.createNode({});
  if (!isMap(document.get(section))) document.set(section, document.createNode({}));
}

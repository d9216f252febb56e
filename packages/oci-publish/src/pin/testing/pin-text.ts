import { splice } from '../edits/splice';
import { mergeEdits } from '../places/merge-edits';
import { type PinnedName } from '../places/place';
import { readPlaces } from '../read-file';

export const API = 'ghcr.io/acme/api';
export const WEB = 'ghcr.io/acme/web';
export const OLD = `sha256:${'0'.repeat(64)}`;
export const NEW = `sha256:${'a'.repeat(64)}`;
export const PIN: PinnedName = { tag: 'v1.2.3', digest: NEW };

export interface Pinned {
  readonly text: string;
  readonly unplaced: readonly string[];
}

/** Pins every place of a text to one name. */
export function pin(
  text: string,
  wanted: (name: string) => PinnedName | undefined = () => PIN,
  isKustomization = false,
  defaults?: string,
): Pinned {
  const names = [API, WEB, 'docker.io/acme/api'];
  const found = readPlaces(text, {
    names,
    isOurs: (name) => names.includes(name),
    isKustomization,
    ...(defaults !== undefined && { defaults }),
  });
  const written = found.places.flatMap((place) => {
    const name = wanted(place.name);
    return name === undefined ? [] : [{ place, edits: place.write(name) }];
  });
  const refused = written.flatMap(({ edits }) => (typeof edits === 'string' ? [edits] : []));
  const possible = written.flatMap(({ place, edits }) => (typeof edits === 'string' ? [] : [{ owner: place, edits }]));
  const { edits, shared } = mergeEdits(possible, found.uses);
  return {
    text: splice(text, edits),
    unplaced: [
      ...found.unplaced.map(({ line, reason }) => `${line}: ${reason}`),
      ...refused,
      ...shared.map(({ line }) => `${line}: shared`),
    ],
  };
}

export const PINNED = `${API}:v1.2.3@${NEW}`;

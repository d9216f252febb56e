import { type Scalar } from 'yaml';

import { type Edit } from '../edits/splice';
import { type ScalarEdit } from '../yaml/scalar-slot';

/** A place, and the edits that pin it. */
export interface PlaceEdits<Owner> {
  readonly owner: Owner;
  readonly edits: readonly ScalarEdit[];
}

export interface MergedEdits<Owner> {
  /** None overlaps another one. */
  readonly edits: readonly Edit[];
  /** Places whose words belong to others as well. */
  readonly shared: readonly Owner[];
}

/**
 * Combines the edits of all places of a file. An anchor may give one tag to several images, or to an image and a label: a place is
 * left alone unless every use of its words gets the same new ones. Pure.
 */
export function mergeEdits<Owner>(pins: readonly PlaceEdits<Owner>[], uses: ReadonlyMap<Scalar, number>): MergedEdits<Owner> {
  const shared = new Set<Owner>();
  let isStable = false;
  while (!isStable) {
    const remaining = pins.filter(({ owner }) => !shared.has(owner));
    const wrong = remaining.filter((pin) => pin.edits.some((edit) => !fits(edit, remaining, uses)));
    for (const { owner } of wrong) shared.add(owner);
    isStable = wrong.length === 0;
  }
  const kept = pins.filter(({ owner }) => !shared.has(owner)).flatMap(({ edits }) => edits);
  const unique = new Map(kept.map(({ start, end, text }) => [start, { start, end, text }]));
  return { edits: [...unique.values()], shared: [...shared] };
}

function fits<Owner>(edit: ScalarEdit, pins: readonly PlaceEdits<Owner>[], uses: ReadonlyMap<Scalar, number>): boolean {
  const same = pins.flatMap(({ edits }) => edits).filter(({ start }) => start === edit.start);
  if (same.some(({ text, end }) => text !== edit.text || end !== edit.end)) return false;
  const { scalar, isPart } = edit;
  // A whole reference means the same wherever it stands.
  return scalar === undefined || isPart !== true || same.length >= (uses.get(scalar) ?? 1);
}

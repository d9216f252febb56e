import { type Scalar } from 'yaml';

import { type ScalarEdit } from '../yaml/scalar-slot';

/** What a place gets. */
export interface PinnedName {
  /** Absent where no tag names the image. */
  readonly tag?: string;
  readonly digest: string;
}

/** A place of a file where an image of this workspace stands. */
export interface Place {
  /** The same for places that are written in the same words: a map, and one that merges it. */
  readonly id: string;
  /** In the text. */
  readonly offset: number;
  /** `host/path`. */
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
  /** The edits that pin it, or why it cannot be done. */
  write(pin: PinnedName): readonly ScalarEdit[] | string;
}

/** An image of this workspace that stands where nothing can be written. */
export interface Unplaced {
  readonly offset: number;
  readonly name: string;
  /** The end of a sentence, with the fix. */
  readonly reason: string;
}

/** What a search has found in a document. */
export type Finding =
  | { readonly place: Place }
  | { readonly unplaced: Unplaced }
  /** A word that a map takes from another one by merging it. */
  | { readonly borrowed: Scalar };

/** For a text with escapes, or over several lines. */
export const NOT_IN_ONE_PIECE = 'it is written with escapes or over several lines: write it on one line';

/** All edits, or the reason of the first that is not possible. */
export function allEdits(edits: readonly (ScalarEdit | undefined)[], isPart: boolean): readonly ScalarEdit[] | string {
  const possible = edits.filter((edit) => edit !== undefined);
  return possible.length < edits.length ? NOT_IN_ONE_PIECE : possible.map((edit) => ({ ...edit, ...(isPart && { isPart }) }));
}

/** `v1.2.3@sha256:…` as written beside a name, in two parts. */
export function splitTag(text: string): { readonly tag?: string; readonly digest?: string } {
  const [tag = '', digest] = text.split('@');
  return { ...(tag !== '' && { tag }), ...(digest !== undefined && { digest }) };
}

/** The positions of scalars as one word. */
export function placeId(scalars: readonly (Scalar | undefined)[]): string {
  return scalars.map((scalar) => scalar?.range?.[0] ?? '').join(' ');
}

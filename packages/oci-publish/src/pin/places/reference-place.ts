import { type Scalar } from 'yaml';

import { type YamlSource } from '../yaml/parse-yaml';
import { rewriteScalar, textOf } from '../yaml/scalar-slot';
import { type WrittenReference } from './image-name';
import { allEdits, type PinnedName, type Place, placeId } from './place';

/** A reference in one scalar: `image: ghcr.io/acme/api:v1`; with `before`, text of that scalar that stays (`api=`). */
export function referencePlace(source: YamlSource, scalar: Scalar, reference: WrittenReference, before = ''): Place {
  const { name, tag, digest } = reference;
  return {
    id: placeId([scalar]),
    offset: scalar.range?.[0] ?? 0,
    name,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
    write: (pin) => {
      const text = `${before}${reference.written}${tailOf(pin)}`;
      return text === textOf(scalar) ? [] : allEdits([rewriteScalar(source, scalar, text)], false);
    },
  };
}

/** `:v1.2.3@sha256:…` */
function tailOf({ tag, digest }: PinnedName): string {
  return `${tag === undefined ? '' : `:${tag}`}@${digest}`;
}

import { UNKNOWN_BASE, type OtherBases } from '../../engines/image/base-labels';

/** An image that another one is made of, as that one recorded it. */
export interface UsedBase {
  /** The full reference, or `UNKNOWN_BASE`. */
  readonly reference: string;
  /** Of each platform; none if unknown. */
  readonly digests: readonly string[];
}

/** What an image records of the images that it is made of. */
export interface BaseFacts {
  /** Its base image, if recorded: full reference, and digest at that time. */
  readonly baseName?: string;
  readonly baseDigest?: string;
  /** The same for each platform of an index. */
  readonly baseDigests?: readonly string[];
  /** Other images that it is made of, of label `dev.nx-oci.bases`. */
  readonly otherBases?: OtherBases;
}

/** All images that an image is made of. */
export function basesOf({ baseName, baseDigest, baseDigests, otherBases }: BaseFacts): readonly UsedBase[] {
  const digests = baseDigests ?? (baseDigest === undefined ? [] : [baseDigest]);
  // Without one digest that all platforms share, the base is among the others.
  const isAmongOthers = digests.length === 0 && otherBases !== undefined;
  return [
    ...(baseName === undefined || isAmongOthers ? [] : [{ reference: baseName, digests }]),
    ...(otherBases?.images ?? []),
    ...(otherBases?.hasUnknown === true ? [{ reference: UNKNOWN_BASE, digests: [] }] : []),
  ];
}

/** Whether two images are made of the same images, in the same versions. */
export function haveSameBases(one: BaseFacts, other: BaseFacts): boolean {
  const keyOf = (facts: BaseFacts): string => JSON.stringify(basesOf(facts).map(describe).sort());
  return keyOf(one) === keyOf(other);
}

/** Whether two images are made of the same images, in different versions. */
export function areOnOtherBases(one: BaseFacts, other: BaseFacts): boolean {
  const namesOf = (facts: BaseFacts): string =>
    JSON.stringify(
      basesOf(facts)
        .map(({ reference }) => reference)
        .sort(),
    );
  return basesOf(one).length > 0 && namesOf(one) === namesOf(other) && !haveSameBases(one, other);
}

function describe({ reference, digests }: UsedBase): string {
  return `${reference} ${digests.toSorted().join()}`;
}

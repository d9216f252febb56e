import type { Descriptor } from '@nx-oci/model';

import type { ShownVariable } from './hide-secrets';
import type { ShownImage, ShownLayer } from './read-image';

/** One named value in two images; `undefined` where it is absent. */
export interface ValueChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What changed from one image to another. */
export interface ImageChanges {
  readonly growthBytes: number;
  readonly settings: readonly ValueChange[];
  readonly env: readonly ValueChange[];
  readonly labels: readonly ValueChange[];
  readonly layers: {
    readonly added: readonly ShownLayer[];
    readonly removed: readonly ShownLayer[];
    readonly shared: readonly ShownLayer[];
  };
}

export function compareImages(before: ShownImage, after: ShownImage): ImageChanges {
  const [hadEnv, hasEnv] = [envOf(before, ({ identity }) => identity), envOf(after, ({ identity }) => identity)];
  const [had, has] = [digestsOf(before), digestsOf(after)];
  return {
    growthBytes: after.sizeBytes - before.sizeBytes,
    settings: compareValues(settingsOf(before), settingsOf(after)),
    env: compareValues(
      envOf(before, ({ value }) => value),
      envOf(after, ({ value }) => value),
      (name) => hadEnv.get(name) === hasEnv.get(name),
    ),
    labels: compareValues(before.labels, after.labels),
    layers: {
      added: after.layers.filter(({ descriptor }) => !had.has(descriptor.digest)),
      removed: before.layers.filter(({ descriptor }) => !has.has(descriptor.digest)),
      shared: after.layers.filter(({ descriptor }) => had.has(descriptor.digest)),
    },
  };
}

/** Only the values that differ, by name. */
function compareValues(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  isSame = (name: string): boolean => before.get(name) === after.get(name),
): readonly ValueChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.filter((name) => !isSame(name)).map((name) => ({ name, before: before.get(name), after: after.get(name) }));
}

function settingsOf({ platform, settings, ports }: ShownImage): ReadonlyMap<string, string> {
  return new Map([
    ...(platform === '' ? [] : [['Platform', platform] as const]),
    ...settings,
    ...(ports.length > 0 ? [['Ports', ports.join(', ')] as const] : []),
  ]);
}

function envOf({ env }: ShownImage, read: (variable: ShownVariable) => string): ReadonlyMap<string, string> {
  return new Map(env.map((variable) => [variable.name, read(variable)]));
}

function digestsOf({ layers }: ShownImage): ReadonlySet<Descriptor['digest']> {
  return new Set(layers.map(({ descriptor }) => descriptor.digest));
}

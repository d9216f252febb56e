import { isLoopback, listVariables, type RawRegistries, replaceVariables, textsUnder, type YamlPath } from '@nx-oci/publish';

import { GITHUB_TOKEN } from './known-variables';

/** A variable that a publish, or the build before it, reads. */
export interface NeededVariable {
  readonly name: string;
  /** Whether it contains a password or a token; others may appear in logs, which helps. */
  readonly isSecret: boolean;
  /** Whether it has a default wherever it is used. */
  readonly isOptional: boolean;
  /** Its use, for messages: `password of ghcr`. */
  readonly uses: readonly string[];
  /** The position of its first use in registries.yaml; empty for one of a build. */
  readonly path: YamlPath;
}

interface Use {
  readonly name: string;
  readonly path: YamlPath;
  readonly isOptional: boolean;
}

/** The variables that a publish reads, in the order of the file. Only `nx-oci:copy` reads those of `mirrors`. Pure. */
export function neededVariables({ registries, publish }: RawRegistries): readonly NeededVariable[] {
  const used = usedRegistries({ registries, publish });
  const texts = textsUnder({ registries: used, ...(publish && { publish }) });
  const uses = texts.flatMap(({ path, text }) => {
    const { unset } = replaceVariables(text, {});
    return listVariables(text).map((name): Use => ({ name, path, isOptional: !unset.includes(name) }));
  });
  const byName = new Map<string, Use[]>();
  for (const use of uses) byName.set(use.name, [...(byName.get(use.name) ?? []), use]);
  return [...byName].map(([name, own]) => summarize(name, own));
}

/** Adds the variables that `secrets` of builds name. Pure. */
export function withBuildSecrets(
  needed: readonly NeededVariable[],
  images: readonly { readonly name: string; readonly secretVariables?: readonly string[] }[],
): readonly NeededVariable[] {
  const all = new Map(needed.map((variable) => [variable.name, variable]));
  for (const { name: project, secretVariables = [] } of images) {
    for (const name of secretVariables) {
      const { uses = [], path = [] } = all.get(name) ?? {};
      // A builder needs the value also where registries.yaml has a default.
      all.set(name, { name, isSecret: true, isOptional: false, uses: [...uses, `secrets of ${project}`], path });
    }
  }
  return [...all.values()];
}

/** All except loopback registries that publishes do not use by default: those are for local use. */
export function usedRegistries({ registries, publish }: RawRegistries): NonNullable<RawRegistries['registries']> {
  const entries = Object.entries(registries ?? {});
  const defaults = new Set(publish?.registries);
  return Object.fromEntries(entries.filter(([name, { host }]) => entries.length === 1 || defaults.has(name) || !isLoopback(host)));
}

function summarize(name: string, uses: readonly Use[]): NeededVariable {
  return {
    name,
    isSecret: name === GITHUB_TOKEN || uses.some(({ path }) => isSecretPlace(path)),
    isOptional: uses.every(({ isOptional }) => isOptional),
    uses: [...new Set(uses.map(({ path }) => describePlace(path)))],
    path: uses[0]?.path ?? [],
  };
}

function isSecretPlace(path: YamlPath): boolean {
  const place = path.slice(2).join('.');
  return path[0] === 'registries' && ['auth.password', 'auth.token', 'tls.key'].includes(place);
}

function describePlace(path: YamlPath): string {
  const key = path.findLast((step) => typeof step === 'string');
  return path[0] === 'registries' ? `${String(key)} of ${String(path[1])}` : path.filter((step) => typeof step === 'string').join('.');
}

import { type RawRegistry } from '@nx-oci/publish';

import { type ImageName } from '../sources/image-name';
import { type FoundLogin } from '../sources/found-image';

/** An entry for registries.yaml. */
export interface PlannedRegistry {
  readonly name: string;
  readonly entry: RawRegistry;
}

const USUAL_NAMES: Readonly<Record<string, string>> = { 'ghcr.io': 'ghcr', 'docker.io': 'dockerhub' };

/**
 * One entry for each host and namespace; an existing one that has both is used.
 *
 * @param existing entries of registries.yaml, by name
 */
export function planRegistries(
  images: readonly ImageName[],
  { existing, logins }: { readonly existing: Readonly<Record<string, RawRegistry>>; readonly logins: readonly FoundLogin[] },
): readonly PlannedRegistry[] {
  const planned: PlannedRegistry[] = [];
  for (const { host, namespace } of images) {
    const all = { ...existing, ...Object.fromEntries(planned.map(({ name, entry }) => [name, entry])) };
    if (Object.values(all).some((entry) => isFor(entry, { host, namespace }))) continue;
    const auth = authFor(host, logins);
    const entry = { host, ...(namespace !== undefined && { namespace }), ...(auth !== undefined && { auth }) };
    planned.push({ name: freeName(host, namespace, Object.keys(all)), entry });
  }
  return planned;
}

export function isFor(
  entry: RawRegistry,
  { host, namespace }: { readonly host: string; readonly namespace?: string | undefined },
): boolean {
  return entry.host === host && (entry.namespace ?? '') === (namespace ?? '');
}

/** Secrets stay out of the file: only variables are taken over. */
function authFor(host: string, logins: readonly FoundLogin[]): RawRegistry['auth'] {
  const { username, password } = logins.find((login) => login.host === host) ?? {};
  const isVariable = (text: string | undefined): text is string => text !== undefined && /^\$\{\w+\}$/.test(text);
  return username !== undefined && isVariable(password) ? { username, password } : undefined;
}

function freeName(host: string, namespace: string | undefined, taken: readonly string[]): string {
  const plain = (text: string) =>
    text
      .replaceAll(/[^A-Za-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')
      .toLowerCase();
  const [label = 'registry'] = host
    .replace(/:\d+$/, '')
    .split('.')
    .filter((part) => !['registry', 'docker', 'hub', 'www'].includes(part));
  const name = USUAL_NAMES[host] ?? (plain(label) || 'registry');
  const candidates = [
    name,
    `${name}-${plain(namespace ?? 'images')}`,
    ...Array.from({ length: taken.length + 1 }, (_, index) => `${name}-${index + 2}`),
  ];
  return candidates.find((candidate) => !taken.includes(candidate)) ?? name;
}

import { type Tree } from '@nx/devkit';
import { OciError } from '@nx-oci/model';
import { checkRules, isLoopback, type RawRegistry } from '@nx-oci/publish';

import { REGISTRY_KINDS, type RegistryKind } from './registry-kinds';
import { readRepositoryFacts, type RepositoryFacts } from './repository-facts';

/** What was written on the command line. */
export interface RegistryOptions {
  /** As written: one that does not exist is refused here, where the message can say what serves for it. */
  readonly kind: string;
  readonly name?: string;
  readonly host?: string;
  readonly namespace?: string;
  readonly plainHttp?: boolean;
  readonly ca?: string;
  readonly default?: boolean;
  readonly force?: boolean;
}

export interface NormalizedRegistryOptions {
  readonly kind: RegistryKind;
  readonly name: string;
  readonly entry: RawRegistry;
  /** `undefined`: for the first registry only. */
  readonly isDefault: boolean | undefined;
  readonly isForced: boolean;
  readonly facts: RepositoryFacts;
}

/**
 * Makes the entry from the options and checks it with the rules of the file.
 *
 * @throws OciError `OPTIONS_INVALID` with everything that is wrong
 */
export function normalizeOptions(tree: Tree, options: RegistryOptions): NormalizedRegistryOptions {
  const kindName = readKind(options.kind);
  const facts = readRepositoryFacts(tree);
  const name = orAbsent(options.name) ?? kindName;
  const kind = REGISTRY_KINDS[kindName];
  const host = orAbsent(options.host) ?? kind.host;
  if (host === undefined) {
    throw refuse([`a ${kindName} registry needs its host → add --host=registry.example.com:5000`]);
  }
  const entry: RawRegistry = {
    host,
    ...withNamespace(orAbsent(options.namespace) ?? kind.namespace?.(facts)),
    ...(!isLoopback(host) && { auth: kind.auth(name) }),
    ...(options.plainHttp === true && { plainHttp: true }),
    ...(orAbsent(options.ca) !== undefined && { tls: { ca: options.ca } }),
  };
  const problems = checkRules({ registries: { [name]: entry } });
  if (problems.length > 0) throw refuse(problems.map(({ what, fix }) => `${what} → ${fix}`));
  return { kind: kindName, name, entry, isDefault: options.default, isForced: options.force ?? false, facts };
}

function readKind(written: string): RegistryKind {
  const kinds = Object.keys(REGISTRY_KINDS) as RegistryKind[];
  const kind = kinds.find((name) => name === written);
  if (kind !== undefined) return kind;
  throw refuse([
    `unknown kind \`${written}\` → the kinds are ${kinds.join(', ')}; for any other registry, such as ECR, Artifact Registry or Harbor: ` +
      `--kind=self-hosted --name=${/^[a-z][\w-]*$/.test(written) ? written : 'mine'} --host=registry.example.com`,
  ]);
}

// An answer that was left empty at a prompt arrives as ''.
function orAbsent(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

function withNamespace(namespace: string | undefined): { namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

function refuse(problems: readonly string[]): OciError {
  return new OciError('OPTIONS_INVALID', ['Cannot add the registry:', ...problems].join('\n  '), {
    hint: 'Correct the options and run again; nothing was written.',
  });
}

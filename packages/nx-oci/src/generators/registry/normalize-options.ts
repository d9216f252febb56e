import { type Tree } from '@nx/devkit';
import { OciError } from '@nx-oci/model';
import { isLoopback, matchRegistries, type RawRegistry, writtenFlag, writtenText } from '@nx-oci/publish';
import { z } from 'zod';

import { type PartlyRead } from '../typed-options';
import { REGISTRY_KINDS, type RegistryKind } from './registry-kinds';
import { readRepositoryFacts, type RepositoryFacts } from './repository-facts';

/** The options of `nx g nx-oci:registry`. */
export const registryOptionsSchema = z.object({
  // Unknown ones are refused below, where the message can name an alternative.
  kind: writtenText.meta({
    enum: Object.keys(REGISTRY_KINDS),
    description: 'The kind of registry; use self-hosted with --host for any other registry.',
    'x-prompt': {
      message: 'Which registry do you publish to?',
      type: 'list',
      items: [
        { value: 'ghcr', label: 'GitHub Container Registry (ghcr.io)' },
        { value: 'dockerhub', label: 'Docker Hub (docker.io)' },
        { value: 'self-hosted', label: 'Another host' },
      ],
    },
  }),
  name: writtenText.optional().describe('Name of the entry, as `--registries` takes it. By default the kind.'),
  host: writtenText.optional().meta({
    description: 'Host and port without a scheme: registry.corp.lan:5000. Known for ghcr and dockerhub.',
    'x-prompt': 'Host of the registry (empty for ghcr.io or docker.io):',
  }),
  namespace: writtenText.optional().meta({
    description: 'Path between host and image: owner, organisation or project. By default taken from the environment of the CI job.',
    'x-prompt': 'Owner, organisation or project on it (empty for the default):',
  }),
  plainHttp: writtenFlag.optional().describe('Speak HTTP without TLS. Not needed for localhost.'),
  ca: writtenText.optional().describe('PEM file of the authority that signed its certificate, relative to the workspace root.'),
  default: writtenFlag
    .optional()
    .describe('Publish to it by default (`publish.registries`). By default yes for the first registry and no for further ones.'),
  force: writtenFlag.optional().meta({ description: 'Overwrite an existing entry with this name that differs.', default: false }),
});

export type RegistryOptions = Readonly<z.output<typeof registryOptionsSchema>>;

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
 * Makes the entry from the options and validates it with the rules of the file.
 *
 * @throws OciError `OPTIONS_INVALID` with all problems
 */
export function normalizeOptions(tree: Tree, { options, problems: wrong }: PartlyRead<RegistryOptions>): NormalizedRegistryOptions {
  if (options.kind === undefined) throw refuse(wrong);
  const kindName = findKind(options.kind);
  if (kindName === undefined) throw refuse([...wrong, unknownKind(options.kind)]);
  const facts = readRepositoryFacts(tree);
  const name = orAbsent(options.name) ?? kindName;
  const kind = REGISTRY_KINDS[kindName];
  const host = orAbsent(options.host) ?? kind.host;
  if (host === undefined) {
    throw refuse([...wrong, `a ${kindName} registry needs its host → add --host=registry.example.com:5000`]);
  }
  const entry: RawRegistry = {
    host,
    ...withNamespace(orAbsent(options.namespace) ?? kind.namespace?.(facts)),
    ...(!isLoopback(host) && { auth: kind.auth(name) }),
    ...(options.plainHttp === true && { plainHttp: true }),
    ...(orAbsent(options.ca) !== undefined && { tls: { ca: options.ca } }),
  };
  const { findings } = matchRegistries({ registries: { [name]: entry } });
  const problems = [...wrong, ...findings.map(({ what, fix }) => `${what} → ${fix}`)];
  if (problems.length > 0) throw refuse(problems);
  return { kind: kindName, name, entry, isDefault: options.default, isForced: options.force ?? false, facts };
}

const KINDS = Object.keys(REGISTRY_KINDS) as readonly RegistryKind[];

function findKind(written: string): RegistryKind | undefined {
  return KINDS.find((name) => name === written);
}

function unknownKind(written: string): string {
  return (
    `unknown kind \`${written}\` → the kinds are ${KINDS.join(', ')}; for any other registry, such as ECR, Artifact Registry or Harbor: ` +
    `--kind=self-hosted --name=${/^[a-z][\w-]*$/.test(written) ? written : 'mine'} --host=registry.example.com`
  );
}

// An empty answer to a prompt arrives as ''.
function orAbsent(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

function withNamespace(namespace: string | undefined): { namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

function refuse(problems: readonly string[]): OciError {
  return new OciError('OPTIONS_INVALID', ['Cannot add the registry:', ...problems].join('\n  '), {
    hint: 'Nothing was written. Correct the options and run again.',
  });
}

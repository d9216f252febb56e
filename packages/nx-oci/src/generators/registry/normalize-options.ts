import { type Tree } from '@nx/devkit';
import { nearestName, OciError } from '@nx-oci/model';
import { matchRegistries, parseRegistries, type RawRegistry, REGISTRIES_FILE } from '@nx-oci/publish';

import { type PartlyRead } from '../typed-options';
import { describeCommand } from './describe-command';
import { findParts, type Parts } from './find-parts';
import { type RegistryKind } from './kinds/kind';
import { KIND_NAMES, REGISTRY_KINDS } from './kinds/kinds';
import { type RegistryOptions } from './registry-options';
import { readRepositoryFacts, type RepositoryFacts } from './repository-facts';

export interface NormalizedRegistryOptions {
  readonly kind: RegistryKind;
  readonly name: string;
  readonly entry: RawRegistry;
  /** `undefined`: for the first registry only. */
  readonly isDefault: boolean | undefined;
  readonly isForced: boolean;
  readonly isChecked: boolean;
  readonly facts: RepositoryFacts;
  /** The options that give the same entry without a question. */
  readonly written: Partial<RegistryOptions>;
}

/** The world around the options. */
export interface OptionContext {
  /** The command that runs programs of packages: `npx`, `pnpm exec` */
  readonly exec: string;
  /** Asks for what is missing; `undefined` if no user answers. */
  readonly ask: (question: string) => Promise<string | undefined>;
}

// Only to check the rest of an entry whose host is missing.
const ANY_HOST = 'registry.example.com';

/**
 * Makes the entry from the options and validates it with the rules of the file.
 *
 * @throws OciError `OPTIONS_INVALID` with all problems, and all that is missing
 */
export async function normalizeOptions(
  tree: Tree,
  { options, problems: wrong }: PartlyRead<RegistryOptions>,
  context: OptionContext,
): Promise<NormalizedRegistryOptions> {
  const kind = REGISTRY_KINDS.find(({ name }) => name === options.kind);
  if (kind === undefined) throw refuse([...wrong, describeKinds(orAbsent(options.kind))], describeCommand({ kind: 'ghcr' }, context.exec));
  const facts = await readRepositoryFacts(tree);
  const found = await findParts(
    kind,
    { host: orAbsent(options.host), namespace: orAbsent(options.namespace) },
    { facts, ask: context.ask },
  );
  const name = orAbsent(options.name) ?? (found.host === undefined ? undefined : kind.nameEntry?.(found.host)) ?? kind.name;
  const entry = makeEntry(kind, { name, options, facts, found });
  const { findings } = matchRegistries({ registries: { [name]: entry } });
  const ofKind = found.host === undefined ? [] : findKindProblems(kind, found.host, found.namespace);
  // Of two sentences about the host, that of the kind knows what it should be.
  const ofEntry = findings.map(({ what, fix }) => `${what} → ${fix}`).filter((text) => !(isOfHost(text) && ofKind.some(isOfHost)));
  const problems = [...wrong, ...found.missing, ...ofKind, ...ofEntry, ...findSharedLogin(tree, name, entry)];
  if (problems.length > 0) {
    const example = { ...options, ...(found.missing.length > 0 && found.examples) };
    throw refuse(problems, found.missing.length > 0 ? describeCommand(example, context.exec) : undefined);
  }
  return {
    kind,
    name,
    entry,
    isDefault: options.default,
    isForced: options.force ?? false,
    isChecked: options.check ?? false,
    facts,
    written: { ...options, ...found.answers },
  };
}

function findKindProblems(kind: RegistryKind, host: string, namespace: string | undefined): readonly string[] {
  const problems = kind.findProblems?.(host, namespace) ?? [];
  const repeats = namespace === host || namespace?.startsWith(`${host}/`) === true;
  return repeats
    ? [...problems, `\`namespace\` begins with the host → write ${namespace.slice(host.length + 1) || 'what follows it'}`]
    : problems;
}

function isOfHost(problem: string): boolean {
  return problem.startsWith('`host`');
}

/** `corp-eu` and `corp.eu` give the same variables: one host would get the login of the other. */
function findSharedLogin(tree: Tree, name: string, { host, auth }: RawRegistry): readonly string[] {
  const password = auth?.password;
  // Mistakes in the file are reported when the entry is added.
  const { registries } = parseRegistries(tree.read(REGISTRIES_FILE, 'utf8') ?? '').content;
  const other = Object.entries(registries ?? {}).find(
    ([one, entry]) =>
      one !== name && variablePrefix(one) === variablePrefix(name) && entry.host !== host && entry.auth?.password === password,
  );
  if (password === undefined || other === undefined) return [];
  return [`\`name\`: the entry ${other[0]} (${other[1].host}) takes its login from the same variables → choose another name`];
}

interface EntryFacts {
  readonly name: string;
  readonly options: Partial<RegistryOptions>;
  readonly facts: RepositoryFacts;
  readonly found: Parts;
}

function makeEntry(kind: RegistryKind, { name, options, facts, found }: EntryFacts): RawRegistry {
  const { host = ANY_HOST, namespace } = found;
  const auth = kind.auth?.(variablePrefix(name), host);
  const ca = orAbsent(options.ca);
  const trustedHosts = [...new Set([...(kind.trustedHosts?.(facts, host) ?? []), ...(options.trustedHosts ?? [])])];
  return {
    host,
    ...(namespace !== undefined && { namespace }),
    ...(auth !== undefined && { auth }),
    ...(options.plainHttp === true && { plainHttp: true }),
    ...(ca !== undefined && { tls: { ca } }),
    ...(trustedHosts.length > 0 && { trustedHosts }),
  };
}

function describeKinds(written: string | undefined): string {
  const kinds = `the kinds are ${KIND_NAMES.join(', ')}; self-hosted, with --host, is any other registry`;
  if (written === undefined) return `\`kind\` is missing → ${kinds}`;
  const nearest = nearestName(written.toLowerCase(), KIND_NAMES);
  return `unknown kind \`${written}\` → ${nearest === undefined ? '' : `did you mean ${nearest}? `}${kinds}`;
}

/** `corp-eu` → `CORP_EU`: names of environment variables contain no dashes and begin with a letter. */
function variablePrefix(name: string): string {
  const upper = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
  return /^\d/.test(upper) ? `REGISTRY_${upper}` : upper;
}

// An empty answer to a prompt arrives as ''.
function orAbsent(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

function refuse(problems: readonly string[], example: string | undefined): OciError {
  const hint = example === undefined ? 'Correct the options and run again.' : `For example: ${example}`;
  return new OciError('OPTIONS_INVALID', ['Cannot add the registry:', ...problems].join('\n  '), { hint: `Nothing was written. ${hint}` });
}

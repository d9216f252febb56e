import { REGISTRIES_FILE } from '@nx-oci/publish';

import { type AddedRegistry } from './add-registry';
import { type Advice } from './kinds/kind';
import { type NormalizedRegistryOptions } from './normalize-options';

interface ResultContext {
  readonly exec: string;
  /** Names of the images of the workspace, as far as known. */
  readonly images: readonly string[];
}

/** What was done, how to log in, and what the registry does not do. */
export function describeResult(
  { kind, name, entry, facts, isDefault, isChecked }: NormalizedRegistryOptions,
  added: AddedRegistry,
  { exec, images }: ResultContext,
): string {
  const { host, namespace = '', auth } = entry;
  const address = namespace === '' ? host : `${host}/${namespace}`;
  const done = added.isEntryChanged ? `wrote \`${name}\` (${address})` : `\`${name}\` (${address}) already exists; nothing changed`;
  const further = !added.isDefaultChanged && added.isEntryChanged && isDefault === undefined;
  const variables = { username: nameOf(auth?.username), password: nameOf(auth?.password) };
  const advice = kind.advise({ host, namespace, variables, facts, images });
  return [
    `${REGISTRIES_FILE}: ${done}.`,
    ...(added.isDefaultChanged ? ['Every publish goes to it by default (`publish.registries`).'] : []),
    ...(further ? [`Not a default: use --registries=${name}, or run this again with --default to publish to it always.`] : []),
    '',
    ...describeCi(advice, facts.provider),
    ...section('On this machine', advice.here),
    ...section(`Good to know about ${kind.name === 'self-hosted' ? host : kind.title}`, advice.limits),
    ...(isChecked ? [] : [`To try all of it: ${exec} nx run <project>:doctor --registries=${name}, or run this again with --check.`]),
    '',
  ].join('\n');
}

/** Of the CI system that the workspace uses; of both, if that is unknown. */
function describeCi({ inGithub, inGitlab }: Advice, provider: NormalizedRegistryOptions['facts']['provider']): readonly string[] {
  return [
    ...(provider === 'gitlab' ? [] : section('In GitHub Actions', inGithub)),
    ...(provider === 'github' ? [] : section('In GitLab CI', inGitlab)),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

/** `${CORP_TOKEN}` → `CORP_TOKEN` */
function nameOf(variable: string | undefined): string {
  return variable?.replace(/^\$\{(\w+).*$/, '$1') ?? '';
}

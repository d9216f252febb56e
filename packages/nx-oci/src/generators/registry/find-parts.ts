import { type EntryPart, type RegistryKind } from './kinds/kind';
import { type RepositoryFacts } from './repository-facts';

/** Host and namespace of an entry, and what is missing. */
export interface Parts {
  readonly host: string | undefined;
  readonly namespace: string | undefined;
  /** As `what → the fix`. */
  readonly missing: readonly string[];
  /** Examples of the missing ones, by their option. */
  readonly examples: PartTexts;
  /** What the user answered, by the option that says the same. */
  readonly answers: PartTexts;
}

type PartName = 'host' | 'namespace';
type PartTexts = Readonly<Partial<Record<PartName, string>>>;

interface PartContext {
  readonly facts: RepositoryFacts;
  readonly ask: (question: string) => Promise<string | undefined>;
}

/** Finds host and namespace: as written, else from git and CI, else from an answer of the user. */
export async function findParts(
  kind: RegistryKind,
  written: Readonly<Record<PartName, string | undefined>>,
  context: PartContext,
): Promise<Parts> {
  const answers: Partial<Record<PartName, string>> = {};
  const find = async (option: PartName, part: EntryPart, knownHost = ''): Promise<string | undefined> => {
    const known = written[option] ?? part.derive?.(context.facts, knownHost);
    const answer = known === undefined ? await context.ask(`${part.question} (${part.example}): `) : undefined;
    if (answer !== undefined) answers[option] = answer;
    const text = known ?? answer;
    return text === undefined ? undefined : (part.complete?.(text) ?? text);
  };
  const host = await find('host', kind.host);
  const needed = kind.namespace !== undefined && (kind.namespace.isNeeded?.(host ?? '') ?? true) ? kind.namespace : undefined;
  const namespace = needed === undefined ? written.namespace : await find('namespace', needed, host);
  const open = [
    ...(host === undefined ? [{ option: 'host' as const, part: kind.host }] : []),
    ...(needed !== undefined && namespace === undefined ? [{ option: 'namespace' as const, part: needed }] : []),
  ];
  return {
    host,
    namespace,
    missing: open.map(
      ({ option, part: { question, example } }) => `\`${option}\` is missing: ${lowerFirst(question)} → add --${option}=${example}`,
    ),
    examples: Object.fromEntries(open.map(({ option, part }) => [option, part.example])),
    answers,
  };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

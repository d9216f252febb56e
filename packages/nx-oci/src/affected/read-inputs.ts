import { type NxJsonConfiguration, type ProjectConfiguration, type TargetConfiguration } from '@nx/devkit';

/** What a target depends on, by patterns as `inputs` of Nx has them. */
export interface Inputs {
  /** From the project's root. */
  readonly own: readonly string[];
  /** From the root of each project that this one depends on. */
  readonly ofDependencies: readonly string[];
  /** From the workspace root. */
  readonly ofWorkspace: readonly string[];
}

type Input = NonNullable<TargetConfiguration['inputs']>[number];
type NamedInputs = NonNullable<NxJsonConfiguration['namedInputs']>;

// What Nx takes where nothing is said.
const DEFAULT_INPUTS: readonly Input[] = ['default', '^default'];
const ALL_OF_PROJECT = '{projectRoot}/**/*';

/**
 * Reads the `inputs` of a target as far as they are files; named ones are looked up in the project, then in nx.json. Pure.
 *
 * @param target absent: a target that does not say, as most do not.
 */
export function readInputs(
  { inputs = DEFAULT_INPUTS }: Pick<TargetConfiguration, 'inputs'> | { readonly inputs?: readonly Input[] },
  { namedInputs: ofProject }: Pick<ProjectConfiguration, 'namedInputs'>,
  { namedInputs: ofWorkspace }: Pick<NxJsonConfiguration, 'namedInputs'>,
): Inputs {
  const named: NamedInputs = { default: [ALL_OF_PROJECT], ...ofWorkspace, ...ofProject };
  const found = inputs.flatMap((input) => expand(input, named, new Set()));
  const patternsOf = (where: Place) => found.filter((pattern) => pattern.where === where).map(({ pattern }) => pattern);
  return { own: patternsOf('own'), ofDependencies: patternsOf('dependencies'), ofWorkspace: patternsOf('workspace') };
}

type Place = 'own' | 'dependencies' | 'workspace';

interface FoundPattern {
  readonly where: Place;
  readonly pattern: string;
}

/** @param open names that are being looked up: one that contains itself says nothing new. */
function expand(input: Input, named: NamedInputs, open: ReadonlySet<string>): readonly FoundPattern[] {
  if (typeof input !== 'string') return expandObject(input as Readonly<Record<string, unknown>>, named, open);
  if (input.startsWith('^')) return toDependencies(expand(input.slice(1), named, open));
  const [, negation = '', root, pattern] = /^(!?)\{(projectRoot|workspaceRoot)\}\/(.+)$/s.exec(input) ?? [];
  if (pattern !== undefined) return [{ where: root === 'projectRoot' ? 'own' : 'workspace', pattern: `${negation}${pattern}` }];
  if (open.has(input)) return [];
  return (named[input] ?? []).flatMap((inner) => expand(inner, named, new Set([...open, input])));
}

/** Of the other kinds (environment, programs, packages, outputs of tasks) no file of the workspace tells. */
function expandObject(input: Readonly<Record<string, unknown>>, named: NamedInputs, open: ReadonlySet<string>): readonly FoundPattern[] {
  const { fileset, input: name, dependencies, projects } = input;
  if (typeof fileset === 'string') return expand(fileset, named, open);
  if (typeof name !== 'string') return [];
  const found = expand(name, named, open);
  return dependencies === true || projects === 'dependencies' ? toDependencies(found) : found;
}

function toDependencies(found: readonly FoundPattern[]): readonly FoundPattern[] {
  return found.map((one) => (one.where === 'own' ? { ...one, where: 'dependencies' } : one));
}

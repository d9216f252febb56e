import { type NxJsonConfiguration, type ProjectConfiguration, type TargetConfiguration } from '@nx/devkit';

export type Input = NonNullable<TargetConfiguration['inputs']>[number];

/** The inputs of a target, by patterns as in Nx. */
export interface Inputs {
  /** From the project's root. */
  readonly own: readonly string[];
  /** From the workspace root. */
  readonly ofWorkspace: readonly string[];
  /** Inputs of other projects, to be resolved with their named inputs. */
  readonly ofOthers: readonly OtherInput[];
  /** Whether the outputs of the tasks before it count, too. */
  readonly hasTaskOutputs: boolean;
  /** Names of variables of the environment. */
  readonly variables: readonly string[];
}

/** An input of other projects: `^production`, or `{ "input": "production", "projects": ["ui"] }`. */
export interface OtherInput {
  readonly projects: 'dependencies' | readonly string[];
  readonly input: Input;
}

type NamedInputs = NonNullable<NxJsonConfiguration['namedInputs']>;

// Nx's default.
const DEFAULT_INPUTS: readonly Input[] = ['default', '^default'];
const ALL_OF_PROJECT = '{projectRoot}/**/*';

/**
 * Reads the files and variables in the `inputs` of a target; named inputs are looked up in the project, then in nx.json. Pure.
 */
export function readInputs(
  { inputs = DEFAULT_INPUTS }: { readonly inputs?: readonly Input[] },
  { namedInputs: ofProject }: Pick<ProjectConfiguration, 'namedInputs'>,
  { namedInputs: ofWorkspace }: Pick<NxJsonConfiguration, 'namedInputs'>,
): Inputs {
  const named: NamedInputs = { default: [ALL_OF_PROJECT], ...ofWorkspace, ...ofProject };
  const found = inputs.flatMap((input) => expand(input, named, new Set()));
  return {
    own: found.flatMap((one) => one.own ?? []),
    ofWorkspace: found.flatMap((one) => one.ofWorkspace ?? []),
    ofOthers: found.flatMap((one) => one.ofOthers ?? []),
    hasTaskOutputs: found.some((one) => one.isTaskOutput === true),
    variables: found.flatMap((one) => one.variable ?? []),
  };
}

/** Exactly one of them. */
interface Found {
  readonly own?: string;
  readonly ofWorkspace?: string;
  readonly ofOthers?: OtherInput;
  readonly isTaskOutput?: true;
  readonly variable?: string;
}

/** @param open names being resolved: one that contains itself adds nothing. */
function expand(input: Input, named: NamedInputs, open: ReadonlySet<string>): readonly Found[] {
  if (typeof input !== 'string') return expandObject(input as Readonly<Record<string, unknown>>, named, open);
  if (input.startsWith('^')) return [{ ofOthers: { projects: 'dependencies', input: input.slice(1) } }];
  const [, negation = '', root, pattern] = /^(!?)\{(projectRoot|workspaceRoot)\}\/(.+)$/s.exec(input) ?? [];
  if (pattern !== undefined) return [{ [root === 'projectRoot' ? 'own' : 'ofWorkspace']: `${negation}${pattern}` }];
  if (open.has(input)) return [];
  return (named[input] ?? []).flatMap((inner) => expand(inner, named, new Set([...open, input])));
}

/** The other kinds (programs, packages) do not name files of the workspace. */
function expandObject(input: Readonly<Record<string, unknown>>, named: NamedInputs, open: ReadonlySet<string>): readonly Found[] {
  const { fileset, input: name, dependencies, projects, env } = input;
  if ('dependentTasksOutputFiles' in input) return [{ isTaskOutput: true }];
  if (typeof env === 'string') return [{ variable: env }];
  if (typeof fileset === 'string') return expand(fileset, named, open);
  if (typeof name !== 'string') return [];
  if (dependencies === true || projects === 'dependencies') return [{ ofOthers: { projects: 'dependencies', input: name } }];
  const others = [projects].flat().filter((project) => typeof project === 'string');
  if (others.length === 0 || projects === 'self') return expand(name, named, open);
  return [{ ofOthers: { projects: others, input: name } }];
}

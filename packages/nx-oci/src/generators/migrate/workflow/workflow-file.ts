import { isMap, LineCounter, parseDocument } from 'yaml';

/** The parts of a workflow of GitHub Actions that publish images; unknown fields are left alone. */
export interface Workflow {
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: readonly Job[];
}

export interface Job {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** Each combination of the matrix as `matrix.name`: value; a single empty one without a matrix. */
  readonly combinations: readonly Readonly<Record<string, string>>[];
  readonly steps: readonly Step[];
}

export interface Step {
  readonly id: string | undefined;
  /** Without its version: `docker/build-push-action`. */
  readonly uses: string;
  readonly with: Readonly<Record<string, string>>;
}

// More combinations are no list of images.
const MAX_COMBINATIONS = 500;

/** @returns undefined if the file is not a workflow */
export function parseWorkflow(text: string): Workflow | undefined {
  const document = parseDocument(text, { lineCounter: new LineCounter() });
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const { env, jobs } = document.toJS({ maxAliasCount: 100 }) as { readonly env?: unknown; readonly jobs?: unknown };
  return { env: texts(env), jobs: Object.entries(mapOf(jobs)).map(([name, job]) => readJob(name, mapOf(job))) };
}

function readJob(name: string, { env, steps, strategy }: Readonly<Record<string, unknown>>): Job {
  const matrix = mapOf(mapOf(strategy)['matrix']);
  return { name, env: texts(env), combinations: combine(matrix), steps: listOf(steps).map(mapOf).flatMap(readStep) };
}

function readStep({ id, uses, with: inputs }: Readonly<Record<string, unknown>>): readonly Step[] {
  if (typeof uses !== 'string') return [];
  return [{ id: typeof id === 'string' ? id : undefined, uses: uses.replace(/@.*$/, ''), with: texts(inputs) }];
}

function combine({ include, exclude: _exclude, ...axes }: Readonly<Record<string, unknown>>): Job['combinations'] {
  const base = Object.entries(axes).reduce<readonly Readonly<Record<string, string>>[]>(
    (all, [axis, values]) =>
      all.flatMap((one) => listOf(values).map((value) => ({ ...one, ...flatten(`matrix.${axis}`, value) }))).slice(0, MAX_COMBINATIONS),
    [{}],
  );
  const included = listOf(include).map((one) => flatten('matrix', one));
  if (included.length === 0) return base;
  return Object.keys(axes).length === 0 ? included : base.map((one) => ({ ...one, ...included.find((more) => isSame(more, one, axes)) }));
}

/** Whether the values of an `include` agree with a combination on all axes that it names. */
function isSame(more: Readonly<Record<string, string>>, one: Readonly<Record<string, string>>, axes: object): boolean {
  return Object.keys(axes).every((axis) => more[`matrix.${axis}`] === undefined || more[`matrix.${axis}`] === one[`matrix.${axis}`]);
}

function flatten(name: string, value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return { [name]: String(value) };
  return Object.assign({}, ...Object.entries(value).map(([key, inner]) => flatten(`${name}.${key}`, inner))) as Readonly<
    Record<string, string>
  >;
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** Scalars as text; lists and maps have no place in `env` and `with`. */
function texts(value: unknown): Readonly<Record<string, string>> {
  const scalars = Object.entries(mapOf(value)).filter(([, one]) => ['string', 'number', 'boolean'].includes(typeof one));
  return Object.fromEntries(scalars.map(([key, one]) => [key, String(one)]));
}

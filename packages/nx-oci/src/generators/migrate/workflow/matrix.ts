import { type Constants } from '../expressions/evaluate-expression';

export interface Matrix {
  /** Each combination, with the values as `matrix.name`; a single empty one without a matrix. */
  readonly combinations: readonly Constants[];
  /** Names of axes whose values a job before computes, such as the affected projects; `*` if that is true of the whole matrix. */
  readonly open: readonly string[];
}

// More combinations are no list of images.
const MAX_COMBINATIONS = 500;

type Values = Readonly<Record<string, unknown>>;

/** @see https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations */
export function combineMatrix(matrix: unknown): Matrix {
  if (typeof matrix === 'string') return { combinations: [{}], open: ['*'] };
  const { include, exclude, ...axes } = (typeof matrix === 'object' && matrix !== null ? matrix : {}) as Values;
  const open = Object.entries(axes).flatMap(([axis, values]) => (typeof values === 'string' ? [axis] : []));
  const known = Object.entries(axes).filter(([axis]) => !open.includes(axis));
  const excluded = mapsOf(exclude);
  const base = known
    .reduce<readonly Constants[]>(
      (all, [axis, values]) =>
        all.flatMap((one) => valuesOf(values).map((value) => ({ ...one, ...flatten(`matrix.${axis}`, value) }))).slice(0, MAX_COMBINATIONS),
      [{}],
    )
    .filter((one) => !excluded.some((out) => Object.entries(out).every(([name, value]) => one[name] === value)));
  return {
    combinations: addIncluded(base, { included: mapsOf(include), axes: Object.keys(axes) }),
    open: typeof include === 'string' ? ['*'] : open,
  };
}

interface Included {
  readonly included: readonly Constants[];
  readonly axes: readonly string[];
}

/** An entry of `include` is added to the combinations that it does not contradict, else it is one of its own. */
function addIncluded(base: readonly Constants[], { included, axes }: Included): readonly Constants[] {
  if (included.length === 0) return base;
  if (axes.length === 0) return included;
  const isOf = (more: Constants, one: Constants) =>
    axes.every((axis) => more[`matrix.${axis}`] === undefined || more[`matrix.${axis}`] === one[`matrix.${axis}`]);
  const extended = base.map((one) => Object.assign({}, one, ...included.filter((more) => isOf(more, one))) as Constants);
  return [...extended, ...included.filter((more) => !base.some((one) => isOf(more, one)))];
}

function mapsOf(value: unknown): readonly Constants[] {
  return valuesOf(value).map((one) => flatten('matrix', one));
}

function valuesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function flatten(name: string, value: unknown): Constants {
  if (typeof value !== 'object' || value === null) return { [name]: String(value) };
  return Object.assign({}, ...Object.entries(value).map(([key, inner]) => flatten(`${name}.${key}`, inner))) as Constants;
}

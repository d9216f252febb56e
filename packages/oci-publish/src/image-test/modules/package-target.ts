/** The result of `exports` or `imports` for a name: a target, `null` if it is excluded, `undefined` if there is none. */
export type Target = string | null | undefined;

/**
 * Looks a name up in `exports` (`.`, `./sub`) or `imports` (`#name`) of a package.json. Pure.
 *
 * @see https://nodejs.org/docs/latest-v22.x/api/esm.html#resolution-algorithm-specification (PACKAGE_IMPORTS_EXPORTS_RESOLVE)
 */
export function findTarget(map: unknown, name: string, conditions: ReadonlySet<string>): Target {
  const entries = toEntries(map);
  if (Object.hasOwn(entries, name) && !name.includes('*')) return chooseTarget(entries[name], conditions);
  const patterns = Object.keys(entries).filter((key) => key.split('*').length === 2);
  const fitting = patterns.filter((key) => {
    const [start = '', end = ''] = key.split('*');
    return name.startsWith(start) && name.length >= key.length && name.endsWith(end);
  });
  const [best] = fitting.sort((a, b) => b.indexOf('*') - a.indexOf('*') || b.length - a.length);
  if (best === undefined) return undefined;
  const [start = '', end = ''] = best.split('*');
  const middle = name.slice(start.length, name.length - end.length);
  return chooseTarget(entries[best], conditions)?.replaceAll('*', () => middle);
}

/** `"exports": "./main.js"`, or conditions at the top level, describe the package itself. */
function toEntries(map: unknown): Readonly<Record<string, unknown>> {
  const isMap = typeof map === 'object' && map !== null && !Array.isArray(map);
  if (!isMap) return { '.': map };
  const keys = Object.keys(map);
  return keys.length > 0 && keys.every((key) => !key.startsWith('.') && !key.startsWith('#')) ? { '.': map } : { ...map };
}

function chooseTarget(target: unknown, conditions: ReadonlySet<string>): Target {
  if (typeof target === 'string' || target === null) return target;
  if (Array.isArray(target)) {
    return target.map((one: unknown) => chooseTarget(one, conditions)).find((one) => typeof one === 'string');
  }
  if (typeof target !== 'object') return undefined;
  for (const [condition, inner] of Object.entries(target as Readonly<Record<string, unknown>>)) {
    if (condition !== 'default' && !conditions.has(condition)) continue;
    const chosen = chooseTarget(inner, conditions);
    if (chosen !== undefined) return chosen;
  }
  return undefined;
}

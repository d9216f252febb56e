/** The field order of Docker and BuildKit; it makes a diff of two configs readable. */
const FIELD_ORDER: Readonly<Record<string, readonly string[]>> = {
  '': ['created', 'author', 'architecture', 'variant', 'os', 'os.version', 'os.features', 'config', 'rootfs', 'history'],
  config: ['User', 'ExposedPorts', 'Env', 'Entrypoint', 'Cmd', 'Healthcheck', 'Volumes', 'WorkingDir', 'Labels', 'StopSignal'],
  rootfs: ['type', 'diff_ids'],
};

/** A copy of the config with ordered keys: known fields first, then all others by code unit. */
export function orderImageConfig(config: object): unknown {
  return orderKeys('', config);
}

function orderKeys(path: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => orderKeys(`${path}[]`, item));
  if (typeof value !== 'object' || value === null) return value;
  const known = FIELD_ORDER[path] ?? [];
  const rankOf = (key: string) => (known.includes(key) ? known.indexOf(key) : known.length);
  const entries = Object.entries(value).sort(([one], [other]) => rankOf(one) - rankOf(other) || (one < other ? -1 : 1));
  // Object.fromEntries defines its keys, so that "__proto__" is an ordinary key.
  return Object.fromEntries(entries.map(([key, item]) => [key, orderKeys(path === '' ? key : `${path}.${key}`, item)]));
}

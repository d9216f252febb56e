/** The name or address of a `Host` header, in lower case, without port, brackets and final dot; `undefined` for anything else. */
export function parseHostName(header: string): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)\.?)(?::\d{0,5})?$/i.exec(header) ?? [];
  return (address ?? name)?.toLowerCase();
}

/** Whether a list of `registry.lan`, `*.corp.lan` and `*` has a name. */
export function hasHost(allowed: readonly string[], name: string): boolean {
  return allowed.some((entry) => {
    const pattern = entry.toLowerCase();
    if (pattern === '*') return true;
    return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === (parseHostName(pattern) ?? pattern);
  });
}

/** Whether an entry of such a list is valid. */
export function isAllowable(entry: string): boolean {
  return entry === '*' || parseHostName(entry.replace(/^\*\./, '')) !== undefined || /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(entry);
}

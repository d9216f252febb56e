const NODE = /(?:^|[/-])node(?:js)?(?=[:@/-]|\d|$)/;
// Their entrypoint is Node itself.
const STARTS_NODE = /distroless\/nodejs/;

/** The command that runs a file with the Node of a base; undefined where its name does not say that it has one. Pure. */
export function nodeCommand(base: string, file: string): readonly string[] | undefined {
  if (STARTS_NODE.test(base)) return [file];
  return NODE.test(base) ? ['node', file] : undefined;
}

const NODE = /(?:^|[/-])node(?:js)?(?=[:@/-]|\d|$)/;
// The entrypoint of these bases is Node itself.
const STARTS_NODE = /distroless\/nodejs/;

/** The command that runs a file with the Node of a base; undefined if its name does not show that it has Node. Pure. */
export function nodeCommand(base: string, file: string): readonly string[] | undefined {
  if (STARTS_NODE.test(base)) return [file];
  return NODE.test(base) ? ['node', file] : undefined;
}

/** Whether a script of a CI job runs one of these targets by nx, whatever stands around it. */
export function publishesImages(script: string, targets: readonly string[]): boolean {
  const lines = script.replace(/\\\r?\n/g, ' ').split(/\r?\n/);
  const commands = lines.filter((line) => !line.trimStart().startsWith('#'));
  return commands.some((line) => targets.some((target) => runs(target).test(line)));
}

/** `nx affected -t build,publish`, `nx run api:publish`, `nx run-many --targets=publish`, `nx release publish`. */
function runs(target: string): RegExp {
  const name = target.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`\\bnx\\b.*[\\s,:="']${name}(?![\\w-])`);
}

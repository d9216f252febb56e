import { OciError } from '@nx-oci/model';

import type { ConfigChanges } from './build-options';

/** @throws OciError `OPTIONS_INVALID` with all values with which a container could not start. */
export function assertValidChanges(changes: ConfigChanges): void {
  const problems = RULES.flatMap((rule) => rule(changes));
  if (problems.length === 0) return;
  throw new OciError('OPTIONS_INVALID', `Cannot build the image: ${problems.join('; ')}.`, {
    hint: 'Correct these options.',
  });
}

type Rule = (changes: ConfigChanges) => readonly string[];

const RULES: readonly Rule[] = [namesOfEnvironment, absolutePaths, ports, programs];

function namesOfEnvironment({ env = {} }: ConfigChanges): readonly string[] {
  return Object.entries(env)
    .filter(([name, value]) => name === '' || /[=\0]/.test(name) || value.includes('\0'))
    .map(([name]) => `"env" has ${JSON.stringify(name)}: a name must not be empty or contain "=", and no variable may contain NUL`);
}

function absolutePaths({ workdir, volumes = [] }: ConfigChanges): readonly string[] {
  return [
    ...(workdir === undefined || workdir.startsWith('/') ? [] : [`"workdir" is ${JSON.stringify(workdir)}, not an absolute path`]),
    ...volumes.filter((path) => !path.startsWith('/')).map((path) => `"volumes" has ${JSON.stringify(path)}, not an absolute path`),
  ];
}

function ports({ ports: list = [] }: ConfigChanges): readonly string[] {
  return list
    .filter((port) => !isPort(String(port)))
    .map((port) => `"ports" has ${JSON.stringify(port)}, not 1 to 65535, alone or with /tcp, /udp or /sctp`);
}

function isPort(text: string): boolean {
  const number = Number(/^(\d{1,5})(?:\/(?:tcp|udp|sctp))?$/.exec(text)?.[1] ?? NaN);
  return number >= 1 && number <= 65_535;
}

function programs({ entrypoint, cmd }: ConfigChanges): readonly string[] {
  return [...(entrypoint ?? []), ...(cmd ?? [])].some((argument) => argument.includes('\0'))
    ? ['"entrypoint" or "cmd" has a NUL in an argument']
    : [];
}

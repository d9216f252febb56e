import { checkRegistries, loadRegistries, type Registries } from '../configuration/registries';
import { type RawRegistry } from '../configuration/registries-schema';
import { listVariables } from '../configuration/values/variables';

const SECRETS = ['password', 'token'] as const;

interface ProgramPlace {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The registries that a program passes, else those of registries.yaml.
 *
 * Unlike that file, a program may pass a secret: it is treated like one from an environment variable, and hidden in all output. A
 * login without a secret is ignored.
 *
 * @throws OciError `OPTIONS_INVALID`, of registries.yaml `CONFIGURATION_INVALID`, with all problems
 */
export async function readProgramRegistries(
  named: Readonly<Record<string, RawRegistry>> | undefined,
  { workspaceRoot, env }: ProgramPlace,
): Promise<Registries> {
  if (named === undefined) return loadRegistries(workspaceRoot, env);
  const secrets: Record<string, string> = {};
  const hide = (written: string): string => {
    if (listVariables(written).length > 0) return written;
    const name = `NX_OCI_PROGRAM_SECRET_${Object.keys(secrets).length}`;
    secrets[name] = written;
    return `\${${name}}`;
  };
  const entries = Object.entries(named).map(([name, entry]) => [name, hideSecrets(entry, hide)] as const);
  return checkRegistries(Object.fromEntries(entries), { workspaceRoot, env: { ...env, ...secrets } });
}

function hideSecrets(entry: RawRegistry, hide: (secret: string) => string): RawRegistry {
  const { auth, ...rest } = entry;
  if (typeof auth !== 'object') return entry;
  // As programs write it: `password: process.env.TOKEN`.
  const present = Object.entries<string | undefined>(auth).filter(([, text]) => text !== undefined);
  const isSecret = (key: string): boolean => SECRETS.some((secret) => secret === key);
  if (!present.some(([key]) => isSecret(key))) return Object.keys(auth).some(isSecret) ? rest : entry;
  const hidden = present.map(([key, text]) => [key, isSecret(key) && typeof text === 'string' ? hide(text) : text] as const);
  return { ...rest, auth: Object.fromEntries(hidden) };
}

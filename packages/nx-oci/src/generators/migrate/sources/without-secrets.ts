import { isSecretName, redactPatterns } from '@nx-oci/model';

import { hasExpression } from './expressions';
import { type FoundImage } from './found-image';

/** Leaves out what looks like a secret in plain text, which would otherwise be written into one more file. Pure. */
export function withoutSecrets(found: FoundImage): FoundImage {
  const { build, notes } = found;
  const names = build.buildArgs.filter(holdsSecret).map(nameOf);
  const options = Object.entries(build.options).map(([name, value]) => ({ name, value, kept: withoutTexts(value) }));
  const left = options.filter(({ value, kept }) => kept !== value).map(({ name }) => name);
  if (names.length + left.length === 0) return found;
  return {
    ...found,
    build: {
      ...build,
      buildArgs: build.buildArgs.map((argument) => (holdsSecret(argument) ? nameOf(argument) : argument)),
      options: Object.fromEntries(options.flatMap(({ name, kept }) => (kept === undefined ? [] : [[name, kept] as const]))),
    },
    notes: [
      ...notes,
      ...names.map((name) => `the build argument ${name}, whose value looks like a secret → set the variable ${name} for the job`),
      ...left.map((name) => `${name}, which looks like a secret → write it with a variable, and revoke what stands in the old place`),
    ],
  };
}

/** The same value if it holds no secret. */
function withoutTexts(value: unknown): unknown {
  if (typeof value === 'string') return holdsSecret(value) ? undefined : value;
  if (Array.isArray(value)) {
    const kept = (value as readonly unknown[]).filter((one) => withoutTexts(one) !== undefined);
    return kept.length === value.length ? value : kept.length === 0 ? undefined : kept;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const kept = entries.filter(([name, one]) => typeof one !== 'string' || !(holdsSecret(one) || holdsSecret(`${name}=${one}`)));
  return kept.length === entries.length ? value : kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** By its form, or by its name: `type=s3,secret_access_key=…`. Variables, addresses and switches are none. */
function holdsSecret(text: string): boolean {
  if (redactPatterns(text) !== text) return true;
  const pairs = text.matchAll(/(?:^|,)([^=,\s]+)=([^,]*)/g);
  return [...pairs].some(
    ([, name = '', value = '']) =>
      isSecretName(name) && value.length > 5 && !hasExpression(value) && !/^(?:\$|[\w+.-]+:\/\/|[./]|\d+$)/.test(value),
  );
}

function nameOf(argument: string): string {
  return argument.replace(/=.*$/s, '');
}

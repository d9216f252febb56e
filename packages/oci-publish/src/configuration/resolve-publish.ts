import { type Finding } from '../text/problem';
import { publishSchema, type PublishDefaults, type RawRegistries } from './registries-schema';
import { resolveValues } from './values/resolve-values';
import { showValue } from './values/show-value';
import { hasVariables, replaceVariables, type Environment } from './values/variables';

/** Replaces the variables of the `publish` section, which every publish reads. */
export function resolvePublish(
  { publish, registries }: RawRegistries,
  env: Environment,
): { readonly publish: PublishDefaults; readonly findings: readonly Finding[] } {
  const { value = {}, findings } = resolveValues(publishSchema, publish ?? {}, ['publish'], env);
  const known = new Set(Object.keys(registries ?? {}));
  const unknown = (publish?.registries ?? []).flatMap((written, index): readonly Finding[] => {
    const path = ['publish', 'registries', index];
    const isRefused = findings.some((finding) => String(finding.path) === String(path));
    if (!hasVariables(written) || isRefused || known.has(replaceVariables(written, env).text)) return [];
    const fix = 'set its variable to the name of an entry under `registries`';
    return [{ path, part: 'value', what: `\`${showValue(written)}\` is not defined in registries.yaml`, fix }];
  });
  return { publish: value, findings: [...findings, ...unknown] };
}

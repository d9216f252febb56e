import type { BuildSecret, DockerfileOptions } from '../options/dockerfile-options';
import { csvLine } from './csv-line';

/**
 * Arguments that all builders of Dockerfiles share, except the context, which comes last.
 *
 * @param labels ours; they take precedence over those of the options.
 * @param dockerfile instead of that of the options.
 */
export function dockerfileArguments(
  options: DockerfileOptions,
  labels: Readonly<Record<string, string>>,
  dockerfile = options.dockerfile,
): readonly string[] {
  return [
    `--file=${dockerfile}`,
    ...pairs('--label', { ...options.labels, ...labels }),
    ...pairs('--build-arg', options.buildArgs),
    ...(options.stage === undefined ? [] : [`--target=${options.stage}`]),
    ...options.secrets.map((secret) => `--secret=${secretField(secret)}`),
    ...(options.platform === undefined ? [] : [`--platform=${options.platform}`]),
    ...(options.noCache ? ['--no-cache'] : []),
    ...(options.network === undefined ? [] : [`--network=${options.network}`]),
  ];
}

function pairs(flag: string, values: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [flag, value === undefined ? key : `${key}=${value}`]);
}

export function secretField({ id, src, env }: BuildSecret): string {
  return csvLine([`id=${id}`, ...(src === undefined ? [] : [`src=${src}`]), ...(env === undefined ? [] : [`env=${env}`])]);
}

import { OciError, nearestName } from '@nx-oci/model';
import { DOCKERFILE_ENGINES, type DockerfileEngine, suggestName } from '@nx-oci/publish';

import { CONTEXT_CHOICES, type ContextSetting } from '../dockerfile-context/resolve-dockerfile';

/** Options of the plugin in nx.json: `{ "plugin": "nx-oci", "options": { … } }`. */
export interface PluginOptions {
  /** Name of the target that builds an image; `image` by default. */
  readonly imageTargetName?: string;
  /** Name of the target that publishes it; `publish` by default. */
  readonly publishTargetName?: string;
  /**
   * Name of the target that publishes an image with the version of a release; `nx-release-publish` by default, which is
   * what `nx release publish` runs. `false`: none.
   */
  readonly releaseTargetName?: string | false;
  /** Name of the target that checks what a publish needs; `doctor` by default. `false`: none. */
  readonly doctorTargetName?: string | false;
  /** Name of the target that tests an image before it is published; `image-test` by default. */
  readonly testTargetName?: string;
  /** Whether every inferred image gets that target; `false` by default: only projects that configure it have it. */
  readonly test?: boolean;
  /** What builds the Dockerfiles of inferred targets; `docker` by default. */
  readonly dockerfileEngine?: DockerfileEngine;
  /**
   * The context of Dockerfiles: `auto` (the default) derives it from what each one copies, `project` and `workspace` use that
   * folder for all. A target's own `context` takes precedence.
   */
  readonly dockerfileContext?: ContextSetting;
  /** `false`: only targets in project.json or package.json. */
  readonly infer?: boolean;
}

export type NormalizedPluginOptions = Required<PluginOptions>;

const DEFAULTS: NormalizedPluginOptions = {
  imageTargetName: 'image',
  publishTargetName: 'publish',
  releaseTargetName: 'nx-release-publish',
  doctorTargetName: 'doctor',
  testTargetName: 'image-test',
  test: false,
  dockerfileEngine: 'docker',
  dockerfileContext: 'auto',
  infer: true,
};

const NAME = 'the name of a target';
const REMEDIES: Readonly<Record<keyof PluginOptions, string>> = {
  imageTargetName: NAME,
  publishTargetName: NAME,
  releaseTargetName: `${NAME}, or false`,
  doctorTargetName: `${NAME}, or false`,
  testTargetName: NAME,
  test: 'true or false',
  dockerfileEngine: DOCKERFILE_ENGINES.join(', '),
  dockerfileContext: CONTEXT_CHOICES.join(', '),
  infer: 'true or false',
};

function isAllowed(key: keyof PluginOptions, value: unknown): boolean {
  if (value === false && (key === 'releaseTargetName' || key === 'doctorTargetName')) return true;
  if (key === 'dockerfileEngine') return DOCKERFILE_ENGINES.some((name) => name === value);
  if (key === 'dockerfileContext') return CONTEXT_CHOICES.some((name) => name === value);
  return typeof value === typeof DEFAULTS[key] && value !== '';
}

/**
 * Fills in the defaults of nx.json's options, and validates them.
 *
 * @throws OciError `OPTIONS_INVALID` with all problems
 */
export function normalizePluginOptions(options: PluginOptions | undefined): NormalizedPluginOptions {
  const written: Readonly<Record<string, unknown>> = { ...options };
  const known = Object.keys(DEFAULTS) as (keyof PluginOptions)[];
  const problems = [
    ...Object.keys(written)
      .filter((key) => !Object.hasOwn(DEFAULTS, key))
      .map((key) => `unknown option \`${key}\` → ${suggestName(nearestName(key, known), known)}`),
    ...known.flatMap((key) => {
      const isRight = written[key] === undefined || isAllowed(key, written[key]);
      return isRight ? [] : [`\`${key}\` → write ${REMEDIES[key]}`];
    }),
  ];
  const normalized = { ...DEFAULTS, ...options };
  const { imageTargetName, publishTargetName, releaseTargetName, doctorTargetName, testTargetName } = normalized;
  const names = [imageTargetName, publishTargetName, releaseTargetName, doctorTargetName, testTargetName].filter((name) => name !== false);
  if (new Set(names).size < names.length) problems.push('two targets have the same name → give each its own name');
  if (problems.length === 0) return normalized;
  throw new OciError('OPTIONS_INVALID', ['Cannot use the options of the plugin nx-oci in nx.json:', ...problems].join('\n  '), {
    hint: 'Correct `plugins` in nx.json.',
  });
}

import { type ImageOptions } from './image-options';

const OPTIONS = ['context', 'dockerfile', 'stage', 'buildArgs'] as const;

/** Problems of Dockerfile options for a kind without a Dockerfile. Pure. */
export function dockerfileOptionProblems(options: ImageOptions): readonly string[] {
  const { engine } = options;
  const given = OPTIONS.filter((name) => options[name] !== undefined).map((name) => `\`--${name}\``);
  return [
    ...(engine !== undefined && engine !== 'native'
      ? [`\`--engine=${engine}\` builds a Dockerfile → omit it, or use --kind=dockerfile`]
      : []),
    ...(given.length === 1 ? [`${given[0] ?? ''} applies to a Dockerfile → omit it, or use --kind=dockerfile`] : []),
    ...(given.length > 1 ? [`${given.join(', ')} apply to a Dockerfile → omit them, or use --kind=dockerfile`] : []),
  ];
}

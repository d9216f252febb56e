import { type ImageOptions } from './image-options';

/** Problems of Dockerfile options for a kind without a Dockerfile. Pure. */
export function dockerfileOptionProblems({ engine, context }: ImageOptions): readonly string[] {
  return [
    ...(engine !== undefined && engine !== 'native'
      ? [`\`--engine=${engine}\` builds a Dockerfile → omit it, or use --kind=dockerfile`]
      : []),
    ...(context !== undefined ? ['`--context` applies to a Dockerfile → omit it, or use --kind=dockerfile'] : []),
  ];
}

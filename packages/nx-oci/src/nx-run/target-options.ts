import { type TargetConfiguration } from '@nx/devkit';

/**
 * The options of a target as Nx combines them, without the command line: those of its configuration, or the default one, take
 * precedence.
 */
export function targetOptions(
  { options, configurations, defaultConfiguration }: TargetConfiguration,
  configuration = defaultConfiguration,
): Readonly<Record<string, unknown>> {
  const chosen: unknown = configuration === undefined ? undefined : configurations?.[configuration];
  return { ...(options as object | undefined), ...(chosen as object | undefined) };
}

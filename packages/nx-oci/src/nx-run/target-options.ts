import { type TargetConfiguration } from '@nx/devkit';

/** The options of a target as Nx combines them, the command line apart: those of its configuration win, the default one where none is named. */
export function targetOptions(
  { options, configurations, defaultConfiguration }: TargetConfiguration,
  configuration = defaultConfiguration,
): Readonly<Record<string, unknown>> {
  const chosen: unknown = configuration === undefined ? undefined : configurations?.[configuration];
  return { ...(options as object | undefined), ...(chosen as object | undefined) };
}

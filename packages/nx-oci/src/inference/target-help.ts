import { type TargetConfiguration } from '@nx/devkit';

import { BUILD_EXECUTOR, DOCTOR_EXECUTOR, PUBLISH_EXECUTOR, RELEASE_EXECUTOR, TEST_EXECUTOR } from '../nx/executor-names';

/** The names of a project's targets. */
export interface CalledProject {
  readonly name: string;
  /** The command that precedes `nx`: `npx`, `pnpm exec`. */
  readonly exec: string;
}

type Targets = Readonly<Record<string, TargetConfiguration>>;

/** The graph passes the command to a shell. */
const isPlainWord = (text: string): boolean => /^[\w@.:/-]+$/.test(text);

/** What may be written into a target, and typed after `nx run project:target`. */
interface Example {
  readonly options: Readonly<Record<string, unknown>>;
  readonly args: readonly string[];
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  [BUILD_EXECUTOR]: { options: { platform: 'linux/arm64', labels: { team: 'shop' } }, args: ['--engine=podman'] },
  [PUBLISH_EXECUTOR]: { options: { registries: ['ghcr'], tags: ['sha', 'major', 'latest'] }, args: ['--dryRun'] },
  [TEST_EXECUTOR]: { options: { files: ['/app/main.js'], maxSize: '200 MB' }, args: ['--maxSize=200MB'] },
  [RELEASE_EXECUTOR]: { options: { registries: ['ghcr'] }, args: ['--dryRun'] },
  [DOCTOR_EXECUTOR]: { options: { registries: ['ghcr'] }, args: ['--push=false'] },
};

/**
 * Adds what `nx show project`, Nx's graph and Nx Console offer as help: an example, and the command that prints all options,
 * which the graph runs. Pure.
 */
export function withHelp(targets: Targets, { name, exec }: CalledProject): Record<string, TargetConfiguration> {
  const described = Object.entries(targets).map(([target, configuration]) => {
    const example = EXAMPLES[configuration.executor ?? ''];
    const task = `${name}:${target}`;
    const help = { command: `${exec} nx run ${task} --help`, example };
    return [
      target,
      example === undefined || !isPlainWord(task) ? configuration : { ...configuration, metadata: { ...configuration.metadata, help } },
    ];
  });
  return Object.fromEntries(described) as Record<string, TargetConfiguration>;
}

import { relative } from 'node:path';

import type { DockerfileOptions } from '../options/dockerfile-options';

/** What to do when a builder could not build: most often it looked for files in another folder than the Dockerfile means. */
export function failedBuildHint({ dockerfile, context }: Pick<DockerfileOptions, 'dockerfile' | 'context'>, workspaceRoot: string): string {
  const folder = relative(workspaceRoot, context) || 'the workspace root';
  return (
    `Read the builder's output above, and fix ${relative(workspaceRoot, dockerfile)}. ` +
    `It copies from ${folder}; if files are missing there, set the option \`context\` to the right folder.`
  );
}

import { relative } from 'node:path';

import type { DockerfileOptions } from '../options/dockerfile-options';

/** The hint for a failed build: most often the context is not the folder that the Dockerfile expects. */
export function failedBuildHint({ dockerfile, context }: Pick<DockerfileOptions, 'dockerfile' | 'context'>, workspaceRoot: string): string {
  const folder = relative(workspaceRoot, context) || 'the workspace root';
  return (
    `Read the builder's output above, and fix ${relative(workspaceRoot, dockerfile)}. ` +
    `It copies from ${folder}; if files are missing there, set the option \`context\` to the right folder.`
  );
}

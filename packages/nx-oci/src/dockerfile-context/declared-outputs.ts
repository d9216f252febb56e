import { posix } from 'node:path';

import { type TargetConfiguration } from '@nx/devkit';

import { targetOptions } from '../nx-run/target-options';

interface WritingProject {
  /** From the workspace root. */
  readonly root: string;
  readonly name: string;
}

// The options with which builders set their output folder.
const OUTPUT_OPTIONS = ['outputPath', 'outputFile', 'outDir'];

/**
 * The declared outputs of targets, relative to the workspace root: their `outputs`, and the usual output options of builders with
 * their default configuration. Each once; without those outside the workspace. Pure.
 */
export function declaredOutputs(targets: Readonly<Record<string, TargetConfiguration>>, project: WritingProject): readonly string[] {
  const paths = Object.values(targets).flatMap((target) => {
    const options = targetOptions(target);
    const written = [
      ...(target.outputs ?? []),
      ...OUTPUT_OPTIONS.map((name) => options[name]).filter((value) => typeof value === 'string'),
    ];
    return written.flatMap((text) => toPath(text, options, project));
  });
  return [...new Set(paths)];
}

function toPath(text: string, options: Readonly<Record<string, unknown>>, { root, name }: WritingProject): readonly string[] {
  const filled = text.replace(/\{(workspaceRoot|projectRoot|projectName|options\.(\w+))\}/g, (_all, token: string, option?: string) => {
    if (option !== undefined) return typeof options[option] === 'string' ? options[option] : '{unknown}';
    return token === 'workspaceRoot' ? '.' : token === 'projectRoot' ? root : name;
  });
  // Up to the first part that is a pattern or unknown.
  const [fixed = ''] = filled.split(/[*?{[!]/);
  const whole = fixed === filled ? filled : fixed.slice(0, fixed.lastIndexOf('/') + 1);
  const path = posix.join('.', whole).replace(/\/$/, '');
  return path === '.' || path === root || path.startsWith('..') || whole.startsWith('/') ? [] : [path];
}

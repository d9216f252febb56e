import { posix } from 'node:path';

import { type TargetConfiguration } from '@nx/devkit';

import { targetOptions } from '../nx-run/target-options';

interface WritingProject {
  /** From the workspace root. */
  readonly root: string;
  readonly name: string;
}

// What builders call the place they write to.
const OUTPUT_OPTIONS = ['outputPath', 'outputFile', 'outDir'];

/**
 * The files and folders that targets say they write, from the workspace root: their `outputs`, and the options that most
 * builders have for it, as their default configuration sets them. Each once; those outside of the workspace are left out. Pure.
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
  // Up to the first part that is a pattern or not known.
  const [fixed = ''] = filled.split(/[*?{[!]/);
  const whole = fixed === filled ? filled : fixed.slice(0, fixed.lastIndexOf('/') + 1);
  const path = posix.join('.', whole).replace(/\/$/, '');
  return path === '.' || path === root || path.startsWith('..') || whole.startsWith('/') ? [] : [path];
}

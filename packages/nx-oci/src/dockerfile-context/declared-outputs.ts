import { posix } from 'node:path';

/** A target, as far as it says what it writes. */
export interface WritingTarget {
  readonly outputs?: readonly string[];
  readonly options?: Readonly<Record<string, unknown>>;
}

interface WritingProject {
  /** From the workspace root. */
  readonly root: string;
  readonly name: string;
}

// What builders call the place they write to.
const OUTPUT_OPTIONS = ['outputPath', 'outputFile', 'outDir'];

/**
 * The files and folders that targets say they write, from the workspace root: their `outputs`, and the options that most
 * builders have for it. Those outside of the workspace are left out. Pure.
 */
export function declaredOutputs(targets: Readonly<Record<string, WritingTarget>>, project: WritingProject): readonly string[] {
  return Object.values(targets).flatMap(({ outputs = [], options = {} }) => {
    const written = [...outputs, ...OUTPUT_OPTIONS.map((name) => options[name]).filter((value) => typeof value === 'string')];
    return written.flatMap((text) => toPath(text, options, project));
  });
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

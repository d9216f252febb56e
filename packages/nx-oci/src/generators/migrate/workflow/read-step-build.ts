import { posix } from 'node:path';

import { replaceConstants, type Constants } from '../expressions/evaluate-expression';
import { hasExpression, isAddress, linesOf } from '../sources/expressions';
import { readBuilderInputs } from '../sources/builder-inputs';
import { type FoundBuild } from '../sources/found-image';
import { type Step } from './workflow-file';

interface StepBuild {
  readonly build: FoundBuild;
  readonly notes: readonly string[];
}

// An entry of the others has commas of its own.
const SPLIT_BY_COMMAS = ['platforms', 'add-hosts', 'allow'];

/** How a step builds its image. */
export function readStepBuild({ with: written, uses }: Step, repository: Constants): StepBuild {
  const inputs = Object.fromEntries(Object.entries(written).map(([name, text]) => [name, replaceConstants(text, repository)]));
  const context = folderOf(inputs['context'], repository['github.repository']);
  const dockerfile =
    inputs['file'] === undefined ? posix.join(isAddress(context) ? '' : context, 'Dockerfile') : posix.normalize(inputs['file']);
  const lists = Object.fromEntries(Object.entries(inputs).map(([name, text]) => [name, listOf(name, text)]));
  const buildArgs = lists['build-args'] ?? [];
  const { options, notes } = readBuilderInputs({ ...lists, labels: (lists['labels'] ?? []).filter((line) => !hasExpression(line)) });
  const { target } = inputs;
  return {
    build: {
      ...(!hasExpression(dockerfile) && { dockerfile }),
      context: context === '' ? '.' : context,
      ...(target !== undefined && target !== '' && !hasExpression(target) && { stage: target }),
      buildArgs: buildArgs.map((line) => (hasExpression(line) ? line.replace(/=.*$/s, '') : line)),
      platforms: (lists['platforms'] ?? []).filter((platform) => !hasExpression(platform)),
      options,
    },
    notes: [
      ...(uses.startsWith('docker/')
        ? []
        : [`the builders of ${uses.replace(/\/.*/, '')} → \`builder\` in the options of its image (docs/build/builders.md)`]),
      ...notes,
      ...buildArgs.flatMap(noteArgument),
    ],
  };
}

/** Its value is taken from a variable with its name. */
function noteArgument(line: string): readonly string[] {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(line) ?? [];
  const [, variable] = /^\$\{\{\s*(?:secrets|vars|env)\.(\w+)\s*\}\}$/.exec(value) ?? [];
  if (!hasExpression(line)) return [];
  return [
    `the value of the build argument ${line} → set the variable ${name} for the job${variable === name ? ', as it is now for the step' : ''}`,
  ];
}

function listOf(name: string, text: string): readonly string[] {
  return linesOf(SPLIT_BY_COMMAS.includes(name) ? text.replaceAll(',', '\n') : text, '\n');
}

/** Without a context the action builds the repository's root, at its commit. The address of another repository, or of a folder in one, stays. */
function folderOf(written: string | undefined, repository: string | undefined): string {
  const context = written?.replace(/^\{\{\s*defaultContext\s*\}\}:?/, '');
  if (context === undefined || context === '' || hasExpression(context)) return '';
  if (isAddress(context)) {
    const [, named = context] = /[/:]([^/:#]+\/[^/#]+?)(?:\.git)?(?:#[^:]*)?$/.exec(context) ?? [];
    return (repository === undefined && !context.includes('#')) || named.toLowerCase() === repository?.toLowerCase() ? '' : context;
  }
  return posix
    .normalize(context)
    .replace(/^\.?\/?$|\/$/, '')
    .replace(/^\.\//, '');
}

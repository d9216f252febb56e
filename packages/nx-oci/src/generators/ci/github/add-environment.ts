import { isDeepStrictEqual } from 'node:util';

import { OciError } from '@nx-oci/model';
import { isMap, isScalar, isSeq, type Document, type Node, type YAMLMap } from 'yaml';
import { keysAt } from '@nx-oci/publish';

import { endOf, insertBelow, splice } from '../../insert-lines';
import { publishesImages } from '../pipeline/publishes-images';
import { type NeededVariable } from '../pipeline/needed-variables';
import { type Pipeline } from '../pipeline/pipeline';
import { plainYaml, readForeignYaml } from '../pipeline/read-foreign-yaml';
import { environmentLines, expressionFor } from './environment-lines';

/** The new text of a workflow, and which variables its steps did not have. */
export interface AddedEnvironment {
  readonly text: string;
  readonly added: readonly string[];
}

type StepPath = readonly ['jobs', string, 'steps', number];

/**
 * Gives the steps of a workflow that publish the variables that they lack. Everything else stays byte by byte, as far as
 * its YAML allows; what step, job or workflow set already is theirs.
 *
 * @throws OciError `OPTIONS_INVALID` where no step publishes, `CONFIGURATION_INVALID` for broken YAML
 */
export function addEnvironment(text: string, pipeline: Pick<Pipeline, 'file' | 'targets' | 'variables'>): AddedEnvironment {
  const { file, variables } = pipeline;
  const steps = findSteps(readForeignYaml(text, file), pipeline.targets);
  if (steps.length === 0) throw refuseForeign(file);
  return steps.reduce<AddedEnvironment>(
    ({ text: before, added }, path) => {
      const document = readForeignYaml(before, file);
      const missing = variables.filter(({ name }) => !isSet(document, path, name));
      if (missing.length === 0) return { text: before, added };
      return {
        text: add(before, { file, document, step: path }, missing),
        added: [...new Set([...added, ...missing.map(({ name }) => name)])],
      };
    },
    { text, added: [] },
  );
}

function findSteps(document: Document, targets: readonly string[]): readonly StepPath[] {
  const jobs = document.get('jobs');
  return (isMap(jobs) ? jobs.items : []).flatMap(({ key }) => {
    const job = String(isScalar(key) ? key.value : key);
    const steps = document.getIn(['jobs', job, 'steps']);
    const count = isSeq(steps) ? steps.items.length : 0;
    return Array.from({ length: count }, (_, index): StepPath => ['jobs', job, 'steps', index]).filter((path) => {
      const script = document.getIn([...path, 'run']);
      return typeof script === 'string' && publishesImages(script, targets);
    });
  });
}

/** Whether a step, its job or the whole workflow sets a variable. */
function isSet(document: Document, step: StepPath, name: string): boolean {
  const data: unknown = document.toJS();
  return [step, step.slice(0, 2), []].some((path) => keysAt(data, [...path, 'env']).includes(name));
}

interface Place {
  readonly file: string;
  readonly document: Document;
  readonly step: StepPath;
}

/** As text, which keeps every byte around it, where that gives what writing the node gives; else the latter. */
function add(text: string, { file, document, step }: Place, variables: readonly NeededVariable[]): string {
  const inserted = insert(text, document, step, variables);
  const env = document.getIn([...step, 'env']);
  if (env !== undefined && env !== null && !isMap(env)) throw refuseOther(file, variables);
  if (!isMap(env)) document.setIn([...step, 'env'], document.createNode({}));
  for (const variable of variables) document.setIn([...step, 'env', variable.name], expressionFor(variable));
  const written = document.toString({ lineWidth: 0 });
  return inserted !== undefined && isDeepStrictEqual(plainYaml(inserted), plainYaml(written)) ? inserted : written;
}

function insert(text: string, document: Document, path: StepPath, variables: readonly NeededVariable[]): string | undefined {
  const lines = environmentLines(variables);
  const step = document.getIn(path);
  const env = document.getIn([...path, 'env'], true);
  if (!isMap(step)) return undefined;
  if (env === undefined)
    return step.flow === true ? undefined : insertBelow(text, step, ['env:', ...lines.map((line) => `  ${line}`)].join('\n'));
  if (!isMap(env)) return undefined;
  return env.flow === true ? insertIntoFlow(text, env, variables) : insertBelow(text, env, lines.join('\n'));
}

/** `{ A: b }` becomes `{ A: b, C: '${{ … }}' }`: without quotes the braces would end it. */
function insertIntoFlow(text: string, env: YAMLMap, variables: readonly NeededVariable[]): string | undefined {
  const last = env.items.at(-1)?.value as Node | null | undefined;
  if (last === null || last === undefined) return undefined;
  return splice(text, endOf(last), variables.map((variable) => `, ${variable.name}: '${expressionFor(variable)}'`).join(''));
}

/** An expression, or an alias of what stands elsewhere. */
function refuseOther(file: string, variables: readonly NeededVariable[]): OciError {
  return new OciError('OPTIONS_INVALID', `Cannot add to ${file}: \`env\` of the step that publishes is no map.`, {
    hint: ['Add these to it by hand; nothing was written:', ...environmentLines(variables).map((line) => `  ${line}`)].join('\n'),
  });
}

function refuseForeign(file: string): OciError {
  return new OciError('OPTIONS_INVALID', `Cannot write ${file}: it is there, and none of its steps publishes images.`, {
    hint: 'Choose another file: --file=.github/workflows/images.yml; nothing was written.',
  });
}

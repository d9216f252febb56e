import { isMap, parseDocument } from 'yaml';

import { type Constants } from '../expressions/evaluate-expression';
import { combineMatrix, type Matrix } from './matrix';

/** The parts of a workflow of GitHub Actions that publish images; unknown fields are left alone. */
export interface Workflow {
  /** By event: its filters. */
  readonly on: Readonly<Record<string, Map>>;
  readonly env: Constants;
  readonly jobs: readonly Job[];
  /** Of a workflow that others call: its inputs, with their defaults. */
  readonly inputs: Constants;
}

export interface Job {
  readonly name: string;
  readonly if: string | undefined;
  readonly env: Constants;
  readonly matrix: Matrix;
  readonly steps: readonly Step[];
  /** The workflow that it calls. */
  readonly uses: string | undefined;
  readonly with: Constants;
}

export interface Step {
  readonly id: string | undefined;
  readonly if: string | undefined;
  /** Without its version: `docker/build-push-action`; empty for a script. */
  readonly uses: string;
  readonly with: Constants;
  readonly run: string;
}

/** A composite action of the workspace. */
export interface LocalAction {
  readonly inputs: Constants;
  readonly steps: readonly Step[];
}

export type Map = Readonly<Record<string, unknown>>;

/** @returns undefined if the file is not a workflow */
export function parseWorkflow(text: string): Workflow | undefined {
  const content = parseMap(text);
  if (content === undefined) return undefined;
  const on = readEvents(content['on']);
  return {
    on,
    env: texts(content['env']),
    jobs: Object.entries(mapOf(content['jobs'])).map(([name, job]) => readJob(name, mapOf(job))),
    inputs: { ...defaults(on['workflow_dispatch']?.['inputs']), ...defaults(on['workflow_call']?.['inputs']) },
  };
}

/** @returns undefined if the file is not a composite action */
export function parseLocalAction(text: string): LocalAction | undefined {
  const content = parseMap(text);
  const steps = listOf(mapOf(content?.['runs'])['steps']);
  return steps.length === 0 ? undefined : { inputs: defaults(content?.['inputs']), steps: steps.map(mapOf).map(readStep) };
}

function parseMap(text: string): Map | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  try {
    return document.toJS({ maxAliasCount: 100 }) as Map;
  } catch (error) {
    // Aliases of aliases that multiply beyond any use.
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

/** `on: push`, `on: [push]` and `on: { push: … }` are the same. */
function readEvents(on: unknown): Workflow['on'] {
  if (typeof on === 'string') return { [on]: {} };
  if (Array.isArray(on)) return Object.fromEntries((on as readonly unknown[]).map((name) => [String(name), {}]));
  return Object.fromEntries(Object.entries(mapOf(on)).map(([name, filters]) => [name, mapOf(filters)]));
}

function defaults(inputs: unknown): Constants {
  const given = Object.entries(mapOf(inputs)).flatMap(([name, input]) => {
    const value = textOf(mapOf(input)['default']);
    return value === undefined ? [] : [[`inputs.${name}`, value] as const];
  });
  return Object.fromEntries(given);
}

function readJob(name: string, { if: condition, env, steps, strategy, uses, with: inputs }: Map): Job {
  return {
    name,
    if: textOf(condition),
    env: texts(env),
    matrix: combineMatrix(mapOf(strategy)['matrix']),
    steps: listOf(steps).map(mapOf).map(readStep),
    uses: textOf(uses),
    with: texts(inputs),
  };
}

function readStep({ id, if: condition, uses, with: inputs, run }: Map): Step {
  return {
    id: textOf(id),
    if: textOf(condition),
    uses: (textOf(uses) ?? '').replace(/@.*$/, ''),
    with: texts(inputs),
    run: textOf(run) ?? '',
  };
}

export function mapOf(value: unknown): Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Map) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function textOf(value: unknown): string | undefined {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}

/** Scalars as text; lists and maps have no place in `env` and `with`. */
function texts(value: unknown): Constants {
  const scalars = Object.entries(mapOf(value)).flatMap(([key, one]) => {
    const text = textOf(one);
    return text === undefined ? [] : [[key, text] as const];
  });
  return Object.fromEntries(scalars);
}

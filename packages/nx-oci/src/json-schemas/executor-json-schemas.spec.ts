import { readFileSync } from 'node:fs';
import path from 'node:path';

import Ajv from 'ajv';
import fc from 'fast-check';
import { combineOptionsForExecutor } from 'nx/src/devkit-internals';
import { ENGINE_NAMES, OPTION_NAMES, PUBLISH_OPTION_NAMES } from '@nx-oci/publish';

import { normalizeOptions as normalizeDependencies } from '../executors/dependencies/normalize-options';
import { normalizeOptions as normalizePlan } from '../executors/plan/normalize-options';
import { normalizeOptions as normalizeServe } from '../executors/serve/normalize-options';
import { normalizeOptions as normalizeDoctor } from '../executors/doctor/normalize-options';
import { executorJsonSchemas } from './executor-json-schemas';
import { type OptionSchema } from './options-json-schema';

type NxOptions = Parameters<typeof combineOptionsForExecutor>[0];
type NxSchema = Parameters<typeof combineOptionsForExecutor>[3];

interface Schema {
  readonly description: string;
  readonly properties: Readonly<Record<string, OptionSchema>>;
}

const SCHEMAS = Object.entries(executorJsonSchemas()).map(([file, schema]): [string, Schema] => [
  path.posix.basename(path.posix.dirname(file)),
  schema as unknown as Schema,
]);
const schemaOf = (name: string) => Object.fromEntries(SCHEMAS)[name] as Schema;

const anyValue = fc.anything({
  key: fc.constantFrom('from', 'to', 'rule', 'when', 'unknown'),
  values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)],
});

/** The options that an executor gets from Nx for a command line and a target; throws if Nx finds a mistake. */
function passThroughNx(name: string, commandLine: object, written: object = {}): unknown {
  const target = { executor: `nx-oci:${name}`, options: written };
  return combineOptionsForExecutor(
    commandLine as NxOptions,
    '',
    target,
    structuredClone(schemaOf(name)) as unknown as NxSchema,
    null,
    '',
    false,
  );
}

it('there is one for each executor', () => {
  const { executors } = JSON.parse(readFileSync(path.join(__dirname, '../../executors.json'), 'utf8')) as {
    readonly executors: Readonly<Record<string, { readonly schema: string }>>;
  };
  const files = Object.values(executors).map(({ schema }) => schema.slice('./'.length));
  expect(files.sort()).toEqual(Object.keys(executorJsonSchemas()).sort());
});

describe.each(SCHEMAS)('the schema.json of nx-oci:%s', (name, schema) => {
  it('describes every option', () => {
    const undescribed = Object.entries(schema.properties).filter(([, { description = '' }]) => !/^\S.{10}/.test(description));
    expect(undescribed).toEqual([]);
  });

  it('accepts any name and value in Nx, so that our own check reports all mistakes together', () => {
    const names = fc.constantFrom(...Object.keys(schema.properties), 'unknown');
    fc.assert(
      fc.property(fc.dictionary(names, anyValue), fc.dictionary(names, anyValue), (commandLine, written) => {
        expect(() => passThroughNx(name, commandLine, written)).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });

  it('accepts its own examples in an editor', () => {
    const validate = new Ajv({ schemaId: 'auto', meta: true }).compile({ ...schema, $schema: undefined });
    const options = Object.entries(schema.properties).flatMap(([option, { examples = [] }]) =>
      examples.map((example) => ({ [option]: example })),
    );
    expect(options.filter((written) => !validate(written))).toEqual([]);
  });

  it('is a valid JSON Schema that shows unknown options in editors', () => {
    const validate = new Ajv({ schemaId: 'auto', meta: true }).compile({ ...schema, $schema: undefined });
    expect(validate({})).toBe(true);
    expect(validate({ unknown: 1 })).toBe(false);
  });
});

describe('users see', () => {
  it('the choices of options that have them', () => {
    expect(schemaOf('build').properties['engine']).toMatchObject({ type: 'string', enum: ENGINE_NAMES });
    expect(schemaOf('plan').properties['format']).toMatchObject({ enum: ['table', 'json', 'matrix'], default: 'table' });
    for (const name of ['publish', 'release-publish', 'copy'])
      expect(schemaOf(name).properties['onFailure']).toMatchObject({ enum: ['abort', 'continue'] });
  });

  it('all options of a build and a publish, and nothing else', () => {
    expect(Object.keys(schemaOf('build').properties)).toEqual(OPTION_NAMES['']);
    expect(Object.keys(schemaOf('publish').properties)).toEqual(PUBLISH_OPTION_NAMES);
    expect(Object.keys(schemaOf('release-publish').properties)).toEqual([...PUBLISH_OPTION_NAMES, 'publishTarget']);
  });

  it.each(['layers', 'secrets'])('every field of `%s` in --help, which only prints descriptions of options', (option) => {
    const described = [...(schemaOf('build').properties[option]?.description ?? '').matchAll(/^- (\w+)/gm)].map(([, field]) => field);
    expect(described).toEqual(OPTION_NAMES[option]);
  });

  it('a readable type, without accepted alternatives', () => {
    const { type } = schemaOf('publish').properties['dryRun'] ?? {};
    expect([type, [schemaOf('build').properties['layers']?.type].flat()[0], schemaOf('build').properties['outside']?.type]).toEqual([
      'boolean',
      'array',
      'boolean',
    ]);
  });

  it('the actual defaults', () => {
    expect(normalizePlan(passThroughNx('plan', {}))).toEqual(normalizePlan({}));
    expect(normalizeDoctor(passThroughNx('doctor', {}))).toEqual(normalizeDoctor({}));
    expect(normalizeServe(passThroughNx('serve', {}), '/', {})).toEqual(normalizeServe({}, '/', {}));
  });

  it('no default that contradicts an option in its place', () => {
    const task = { workspaceRoot: '/', project: 'api', machine: { os: 'linux', cpu: 'x64', libc: 'glibc' } } as const;
    for (const written of [{ from: 'dist' }, { from: 'dist', platforms: ['linux/amd64', 'linux/arm64'] }])
      expect(normalizeDependencies(passThroughNx('dependencies', {}, written), task)).toEqual(normalizeDependencies(written, task));
  });

  it('no default if registries.yaml or another target may set it', () => {
    const defaults = ['build', 'publish', 'release-publish'].flatMap((name) => Object.keys(passThroughNx(name, {}) as object));
    expect(defaults).toEqual([]);
  });
});

describe('an editor', () => {
  const validate = new Ajv({ schemaId: 'auto' }).compile({ ...schemaOf('build'), $schema: undefined });

  it.each([
    ['an image from files', { base: 'scratch', layers: [{ from: 'dist', to: '/app', owner: 1000 }], cmd: ['node', '/app/main.js'] }],
    ['a Dockerfile', { engine: 'podman', buildArgs: { TOKEN: null, DEBUG: true }, ports: [8080, '53/udp'], noCache: true }],
  ])('accepts %s', (_what, options) => expect([validate(options), validate.errors]).toEqual([true, null]));

  it.each([
    ['an engine that does not exist', { engine: 'dokcer' }],
    ['a layer that goes nowhere', { layers: [{ from: 'dist' }] }],
    ['a misspelt field of a layer', { layers: [{ from: 'dist', to: '/app', onwer: 1000 }] }],
    ['a misspelt choice of a layer', { layers: [{ from: 'dist', to: '/app', ignored: 'exclud' }] }],
    ['a command that is one text', { cmd: 'node main.js' }],
  ])('marks %s', (_what, options) => expect(validate(options)).toBe(false));
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';
import Ajv from 'ajv';

import { makePublishing, type Publishing } from '../../publish/testing/publishing';
import { endRun, endRunWithoutHooks } from './end-run';
import { imageReportSchema, runReportSchema } from '../report-schema';

const PASSWORD = 'correct-horse-battery';
const schemaOf = (name: string): object => JSON.parse(readFileSync(join(__dirname, '../../../../nx-oci', name), 'utf8')) as object;

describe('endRun', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;
  let folder: string;

  beforeEach(async () => {
    registry = await startRegistry({ login: { username: 'robot', password: PASSWORD } });
    folder = mkdtempSync(join(tmpdir(), 'nx-oci-outputs-'));
    writeFileSync(pathOf('output'), 'from-before=1\n');
    publishing = makePublishing(`{ host: '${registry.host}', namespace: team, auth: { username: robot, password: '\${SECRET}' } }`, {
      SECRET: PASSWORD,
      GITHUB_OUTPUT: pathOf('output'),
      GITHUB_STEP_SUMMARY: pathOf('summary'),
      GITLAB_CI: 'true',
    });
  });

  afterEach(async () => {
    await registry.close();
    publishing.workspace.remove();
    rmSync(folder, { recursive: true });
  });

  const pathOf = (name: string) => join(folder, name);
  const inWorkspace = (file: string) => join(publishing.workspace.root, file);
  const runFolder = (run: string) => inWorkspace(`.nx/runs/${run}`);
  const read = (file: string) => readFileSync(file, 'utf8');
  const readJson = (file: string) => JSON.parse(read(inWorkspace(file))) as object;

  /** Validates against the published schema and a strict one: a field without a schema would be lost. */
  function expectToFitSchemas(projects: readonly string[]) {
    const ajv = new Ajv();
    for (const project of projects) {
      const report = readJson(`dist/images/${project}/report.json`);
      expect(ajv.validate(schemaOf('report.schema.json'), report) ? [] : ajv.errors).toEqual([]);
      expect(imageReportSchema.parse(report)).toEqual(report);
    }
    const run = readJson('dist/images/run-report.json');
    expect(ajv.validate(schemaOf('run-report.schema.json'), run) ? [] : ajv.errors).toEqual([]);
    expect(runReportSchema.parse(run)).toEqual(run);
  }

  it('writes one report of the run, which matches its published schema, like those of its images', async () => {
    await publishing.build('app');
    await publishing.build('web', { like: 'app' });
    await publishing.publish({ projects: ['web', 'app'], run: 'one' });
    await endRun(publishing.workspace.root, runFolder('one'));
    expectToFitSchemas(['app', 'web']);
    const app = readJson('dist/images/app/report.json');
    expect(app).toMatchObject({
      outcome: 'published',
      registries: [{ host: registry.host, repository: 'team/app', outcome: 'published', tags: [{ tag: 'latest', action: 'create' }] }],
      timings: { prepare: expect.any(Number), plan: expect.any(Number), stage: expect.any(Number), tag: expect.any(Number) },
    });
    const web = readJson('dist/images/web/report.json');
    expect(readJson('dist/images/run-report.json')).toMatchObject({ schemaVersion: 1, outcome: 'published', images: [app, web] });
  });

  it('contains the old and the new digest of a tag', async () => {
    await publishing.build('app');
    await publishing.publish();
    const before = readJson('dist/images/app/report.json') as { readonly digest: string };
    publishing.workspace.commit('second');
    await publishing.publish();
    const after = readJson('dist/images/app/report.json') as { readonly digest: string };
    expect(after).toMatchObject({ registries: [{ tags: [{ action: 'move', from: before.digest, to: after.digest }] }] });
    expect(after.digest).not.toBe(before.digest);
  });

  it('writes outputs for GitHub Actions and GitLab once per run, without secrets', async () => {
    await publishing.build('app');
    await publishing.publish({ run: 'one' });
    await endRun(publishing.workspace.root, runFolder('one'));
    const { digest } = readJson('dist/images/app/report.json') as { readonly digest: string };
    expect(read(pathOf('output'))).toMatch(/^from-before=1\noutcome<<(nx-oci-[\w-]+)\npublished\n\1\n/);
    expect(read(pathOf('output'))).toContain(`\napp-digest<<`);
    expect(read(pathOf('output')).match(new RegExp(digest, 'g'))).toHaveLength(2);
    expect(read(pathOf('summary'))).toContain('team/app` | `latest`');
    expect(read(inWorkspace('dist/images/publish.env'))).toContain(`APP_IMAGE=${registry.host}/team/app@${digest}\n`);
    const everything = [
      pathOf('output'),
      pathOf('summary'),
      ...['publish.env', 'run-report.json', 'app/report.json'].map((name) => inWorkspace(`dist/images/${name}`)),
    ];
    expect(everything.filter((file) => read(file).includes(PASSWORD))).toEqual([]);
  });

  it('reports an interrupted run as failed, with the results of its images', async () => {
    await publishing.build('app');
    const siblings = ['app', 'web'];
    await publishing.publish({ projects: ['app'], siblings, run: 'broken' });
    await publishing.publish({ projects: ['web'], siblings, run: 'broken' });
    await endRun(publishing.workspace.root, runFolder('broken'));
    expectToFitSchemas(['app', 'web']);
    expect(readJson('dist/images/run-report.json')).toMatchObject({
      outcome: 'failed',
      images: [
        { project: 'app', outcome: 'staged' },
        { project: 'web', outcome: 'failed', reason: expect.stringContaining('nx run web:image') },
      ],
    });
    expect(read(pathOf('output'))).not.toContain('app-digest');
  });

  it('writes nothing after a dry run', async () => {
    await publishing.build('app');
    await publishing.publish({ run: 'dry', options: { dryRun: true } });
    await endRun(publishing.workspace.root, runFolder('dry'));
    expect(existsSync(inWorkspace('dist/images/run-report.json'))).toBe(false);
    expect(read(pathOf('output'))).toBe('from-before=1\n');
  });

  it('waits for the last image of a run if no hook marks its end', async () => {
    await publishing.build('app');
    await publishing.build('web', { like: 'app' });
    const siblings = ['app', 'web'];
    const end = () => endRunWithoutHooks(publishing.workspace.root, runFolder('hookless'), siblings.length);
    await publishing.publish({ projects: ['app'], siblings, run: 'hookless' });
    await end();
    expect(existsSync(inWorkspace('dist/images/run-report.json'))).toBe(false);
    await publishing.publish({ projects: ['web'], siblings, run: 'hookless' });
    await end();
    expect(readJson('dist/images/run-report.json')).toMatchObject({
      outcome: 'published',
      images: [{ project: 'app' }, { project: 'web' }],
    });
  });
});

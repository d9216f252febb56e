import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { makePublishing, type Publishing } from './testing/publishing';

const PASSWORD = 'c0rrect-horse-battery';

describe('a name that holds a credential', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;

  beforeEach(async () => {
    registry = await startRegistry({ login: { username: 'robot', password: PASSWORD } });
    const entry = `{ host: '${registry.host}', guard: false, auth: { username: robot, password: '\${SECRET}' } }`;
    publishing = makePublishing(entry, { SECRET: PASSWORD, OTHER: `x-${PASSWORD}`, BUILD: '17' });
    await publishing.build('app', { layers: 1 });
  });

  afterEach(async () => {
    await registry.close();
    publishing.workspace.remove();
  });

  async function failureOf(options: object): Promise<string> {
    const results = await publishing.publish({ options });
    expect([...results.values()].map(({ success }) => success)).toEqual([false]);
    return [...results.values()].map(({ text }) => text).join('\n');
  }

  it.each([
    ['tag', { tags: [{ literal: PASSWORD }] }, /a tag contains a credential of this run/],
    ['part of a tag', { tags: [`v1-${PASSWORD.toUpperCase()}`] }, /a tag contains a credential of this run/],
    ['repository', { image: `team/${PASSWORD}` }, /an image name contains a credential of this run/],
    [
      'template of a variable that is not listed',
      { tags: ['{env.OTHER}'] },
      /OTHER is not listed in `publish.env`.*write `env: \[OTHER\]`/,
    ],
    ['template of the login', { tags: ['{env.SECRET}'] }, /the variable SECRET contains a credential/],
  ])('is refused before any registry is asked: %s', async (_, options, message) => {
    const failure = await failureOf(options);
    expect(failure).toMatch(message);
    expect(failure.toLowerCase()).not.toContain(PASSWORD);
    expect(registry.log.entries()).toEqual([]);
  });

  it('is refused even if the variable is listed, when its value holds a credential', async () => {
    const { workspace } = publishing;
    const entry = `{ host: '${registry.host}', guard: false, auth: { username: robot, password: '\${SECRET}' } }`;
    workspace.write('registries.yaml', `registries:\n  one: ${entry}\npublish: { env: [OTHER, BUILD], settleMs: 0 }\n`);
    expect(await failureOf({ tags: ['{env.OTHER}'] })).toMatch(/a tag contains a credential of this run/);
    expect([...(await publishing.publish({ options: { tags: ['b-{env.BUILD}'] } })).values()][0]).toMatchObject({ success: true });
  });
});

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { makePublishing, type Publishing } from './testing/publishing';

const LOGIN = { username: 'reader', password: 'correct-horse-battery' };
const WRITER = { username: 'writer', password: 'another-horse-battery' };

describe('an image on a base of another registry, which nothing is published to', () => {
  let elsewhere: RunningRegistry;
  let registry: RunningRegistry;
  let base: Publishing;
  let publishing: Publishing;

  beforeEach(async () => {
    [elsewhere, registry] = [await startRegistry({ login: LOGIN }), await startRegistry({ login: WRITER })];
    const auth = `auth: { username: ${LOGIN.username}, password: '\${READER}' }`;
    const env = { READER: LOGIN.password, WRITER: WRITER.password };
    base = makePublishing(`{ host: '${elsewhere.host}', namespace: bases, ${auth} }`, env);
    await base.build('node', { layers: 1 });
    await base.publish({ projects: ['node'] });
    publishing = makePublishing(`{ host: '${registry.host}' }`, env);
    publishing.workspace.write(
      'registries.yaml',
      `registries:
  one: { host: '${registry.host}', namespace: team, auth: { username: writer, password: '\${WRITER}' } }
  bases: { host: '${elsewhere.host}', namespace: bases, ${auth} }
  broken: { host: broken.example.com, tls: { ca: missing.pem } }
  # Neither this login, for a narrower namespace, nor how this entry connects counts for \`one\`.
  inside: { host: '${registry.host}', namespace: team/app, auth: { username: other, password: '\${READER}' }, plainHttp: false }
publish: { registries: [one], tags: [latest], settleMs: 0 }
`,
    );
    publishing.workspace.commit('two registries');
    await publishing.build('app', { layers: 1, base: `${elsewhere.host}/bases/node:latest` });
  });
  afterEach(async () => {
    base.workspace.remove();
    publishing.workspace.remove();
    await Promise.all([elsewhere.close(), registry.close()]);
  });

  it('is published with the login that registries.yaml has for that registry', async () => {
    const results = await publishing.publish();
    expect([...results.values()]).toMatchObject([{ success: true }]);
    const headers = { authorization: `Basic ${Buffer.from(`${WRITER.username}:${WRITER.password}`).toString('base64')}` };
    const answer = await fetch(`http://${registry.host}/v2/team/app/manifests/latest`, { headers });
    const { layers } = (await answer.json()) as { readonly layers: readonly { readonly digest: string }[] };
    expect(layers).toHaveLength(2);
    for (const { digest } of layers) {
      expect((await fetch(`http://${registry.host}/v2/team/app/blobs/${digest}`, { headers })).status).toBe(200);
    }
  });
});

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readdirSync, readFileSync } from 'node:fs';
import { type ClientRequest } from 'node:http';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { endRun } from '../report/ci/end-run';
import { makePublishing, type Publishing } from './testing/publishing';

const LOGIN = { username: 'robot', password: 'correct-horse-battery', scheme: 'bearer' } as const;
const REMOTE_PASSWORD = 'remote-s3cret';

describe('the secrets of a publish', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;
  /** What requests contained, from Node's diagnostics: tokens, and the password in base64. */
  let carried: Set<string>;

  const note = (message: unknown): void => {
    const header = (message as { readonly request: ClientRequest }).request.getHeader('authorization');
    for (const [, secret = ''] of String(header).matchAll(/(?:Basic|Bearer) (\S+)/g)) carried.add(secret);
  };

  beforeEach(async () => {
    registry = await startRegistry({ login: LOGIN });
    publishing = makePublishing(`{ host: '${registry.host}', guard: false, auth: { username: robot, password: '\${SECRET}' } }`, {
      SECRET: LOGIN.password,
    });
    publishing.workspace.git('remote', 'add', 'origin', `https://robot:${REMOTE_PASSWORD}@github.com/acme/shop.git`);
    await publishing.build('app', { layers: 1 });
    carried = new Set();
    subscribe('http.client.request.start', note);
  });

  afterEach(async () => {
    unsubscribe('http.client.request.start', note);
    await registry.close();
    publishing.workspace.remove();
  });

  it.each<{ readonly how: string; readonly prepare: () => void; readonly siblings?: readonly string[] }>([
    { how: 'succeeds', prepare: () => undefined },
    { how: 'waits for another image', prepare: () => undefined, siblings: ['app', 'web'] },
    {
      how: 'is refused',
      prepare: () => registry.faults.add({ method: 'PUT', path: /manifests/, times: Infinity, answer: { status: 403 } }),
    },
    {
      how: 'is refused in words that repeat the login',
      prepare: () =>
        registry.faults.add({
          method: 'POST',
          path: /uploads/,
          times: Infinity,
          answer: {
            status: 403,
            headers: { warning: `299 - "for ${LOGIN.username}:${LOGIN.password}"` },
            body: JSON.stringify({ errors: [{ code: 'DENIED', message: `${LOGIN.username}:${LOGIN.password}` }] }),
          },
        }),
    },
    { how: 'gets no token', prepare: () => registry.faults.add({ path: /^\/token/, times: Infinity, answer: { status: 401 } }) },
  ])('are in no file, text or result when it $how', async ({ prepare, siblings }) => {
    prepare();
    const results = await publishing.publish({ run: 'one', siblings });
    await endRun(publishing.workspace.root, join(publishing.workspace.root, '.nx/runs/one'));
    const secrets = [LOGIN.password, REMOTE_PASSWORD, ...carried];
    expect(secrets.length).toBeGreaterThan(2);
    const places = new Map([
      ...filesUnder(publishing.workspace.root),
      ['printed', publishing.takePrinted()],
      ['results', inspect(results, { depth: 9 })],
    ]);
    for (const place of ['/hints/', '/runs/', '/report.json', '/run-report.json']) expect([...places.keys()].join('\n')).toContain(place);
    expect([...places].filter(([, text]) => secrets.some((secret) => text.includes(secret))).map(([place]) => place)).toEqual([]);
  });
});

/** All files of a workspace as text, except git's own, which contain the URL of the remote. */
function filesUnder(root: string): readonly (readonly [string, string])[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => join(entry.parentPath, entry.name)).filter((file) => !file.startsWith(join(root, '.git/')));
  return files.map((file) => [file.slice(root.length), readFileSync(file, 'latin1')]);
}

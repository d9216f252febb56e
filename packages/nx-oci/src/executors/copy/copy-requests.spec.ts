import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { type ExecutorContext } from '@nx/devkit';
import { describeWith } from '@nx-oci/model/testing';
import {
  type CountedRequest,
  type CountingProxy,
  describeRequests,
  makePublishing,
  type Publishing,
  startCountingProxy,
  tally,
} from '@nx-oci/publish/testing';

import copyExecutor from './executor';

const LOGIN = { username: 'robot', password: 'correct-horse' };

describeWith(['distribution-3'], 'what a copy within distribution 3, behind a token service, asks of it', (things) => {
  let proxy: CountingProxy;
  let publishing: Publishing;
  let image: string;

  beforeEach(async () => {
    process.env['COPY_SECRET'] = LOGIN.password;
    jest.spyOn(console, 'log').mockImplementation();
    proxy = await startCountingProxy(things.server('distribution-3').host, LOGIN);
    const entry = `{ host: '${proxy.host}', guard: false, auth: { username: robot, password: '\${COPY_SECRET}' } }`;
    publishing = makePublishing(entry, { COPY_SECRET: LOGIN.password });
    image = `requests/${randomUUID()}`;
    await publishing.build('app');
    await publishing.publish({ options: { image, tags: [{ literal: 'latest' }] } });
    publishing.forget();
    proxy.take();
  });

  afterEach(async () => {
    delete process.env['COPY_SECRET'];
    jest.restoreAllMocks();
    publishing.workspace.remove();
    await proxy.close();
  });

  async function copy(to: string): Promise<readonly CountedRequest[]> {
    const context = { root: publishing.workspace.root, projectName: 'app', targetName: 'promote' } as ExecutorContext;
    const options = { from: `${proxy.host}/${image}:latest`, to: `${proxy.host}/${to}`, referrers: false };
    expect(await copyExecutor(options, context)).toEqual({ success: true });
    return proxy.take();
  }

  const count = async (to: string): Promise<number> => (await copy(to)).length;

  // One more than a publish of the same image, which already has the manifest. Without reading the tag it would be 10, but 9
  // instead of 3 if the copy already exists, and a tag that must not move would go unnoticed.
  it('is 11 for five layers and an unknown host: one token, one lookup, nothing put twice', async () => {
    expect(tally(describeRequests(await copy(`${image}-prod:latest`)))).toEqual({
      '401': 1,
      token: 1,
      'GET manifest': 2,
      'POST upload': 6,
      'PUT manifest': 1,
    });
  });

  it('is 10 for a known host, 3 if the copy exists, and 4 if the host was forgotten', async () => {
    await count(`${image}-one:latest`);
    expect(await count(`${image}-two:latest`)).toBe(10);
    expect(await count(`${image}-two:latest`)).toBe(3);
    rmSync(join(publishing.workspace.root, '.nx'), { recursive: true });
    expect(await count(`${image}-two:latest`)).toBe(4);
  });
});

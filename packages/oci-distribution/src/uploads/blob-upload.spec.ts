import { PassThrough, Readable } from 'node:stream';

import { type Digest, digestOf, OciError, type OpenContent } from '@nx-oci/model';
import { makeImage, toFailWithCode } from '@nx-oci/model/testing';
import { type RegistryProfile, type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from '../client';
import { type Repository } from '../repository';
import { listen } from '../testing/listen';
import { contentOf, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

expect.extend({ toFailWithCode });

const LAYER = makeImage({ layers: 1, layerBytes: 1_000_000 }).layers[0]!;
const { descriptor, bytes } = LAYER;

/** A working registry behind a proxy that reports uploads of blobs as failed. */
const impatientProxy: RegistryProfile = {
  name: 'impatient-proxy',
  title: 'a registry behind an impatient proxy',
  login: { scheme: 'basic' },
  rateLimits: [],
  settings: [],
  makeQuirks: () => [async ({ request }, next) => ({ ...(await next()), ...(request.method === 'PUT' && { status: 504 }) })],
};

describe('uploading a blob', () => {
  let registry: RunningRegistry;
  let client: RegistryClient;
  let repository: Repository;

  beforeEach(async () => {
    registry = await startRegistry();
    client = testClient();
    repository = client.repository({ registry: registry.host, repository: 'a', access: 'push' });
  });

  afterEach(async () => {
    await client.close();
    await registry.close();
  });

  const methods = (): readonly string[] => registry.log.entries().map(({ method }) => method);
  const stored = async (): Promise<Digest> =>
    digestOf(Buffer.from(await (await fetch(`${registry.url}/v2/a/blobs/${descriptor.digest}`)).arrayBuffer()));

  it('takes one POST and one PUT', async () => {
    expect(await repository.push(descriptor, contentOf(LAYER))).toBe('uploaded');
    expect(methods()).toEqual(['POST', 'PUT']);
    expect(await stored()).toBe(descriptor.digest);
  });

  it('closes the content once there is an answer', async () => {
    const { host } = await listen((request, response) => {
      if (request.method === 'POST') response.writeHead(202, { location: '/v2/a/blobs/uploads/1' }).end();
      else response.writeHead(403, { connection: 'close' }).end();
    });
    const endless = new PassThrough();
    endless.write('the first bytes of many');
    const pushed = client.repository({ registry: host, repository: 'a', access: 'push' }).push(descriptor, () => Promise.resolve(endless));
    await expect(pushed).toFailWithCode('DENIED');
    expect(endless.destroyed).toBe(true);
  });

  it('opens the content for each attempt, and only when it is needed', async () => {
    registry.faults.add({ method: 'POST', path: /uploads/, answer: { status: 503 } });
    registry.faults.add({ method: 'PUT', path: /uploads/, answer: { status: 500 } });
    const open = jest.fn(contentOf(LAYER));
    await repository.push(descriptor, open);
    expect(open).toHaveBeenCalledTimes(2);
    expect(await stored()).toBe(descriptor.digest);
  });

  it('starts again after the connection broke in the middle', async () => {
    registry.faults.add({ method: 'PUT', path: /uploads/, reset: 'in-request' });
    expect(await repository.push(descriptor, contentOf(LAYER))).toBe('uploaded');
    expect(await stored()).toBe(descriptor.digest);
  });

  it('starts again if the session already has content', async () => {
    const body = JSON.stringify({ errors: [{ code: 'RANGE_INVALID', message: 'invalid content range' }] });
    registry.faults.add({ method: 'PUT', path: /uploads/, answer: { status: 416, body } });
    expect(await repository.push(descriptor, contentOf(LAYER))).toBe('uploaded');
    expect(methods().filter((method) => method === 'POST')).toHaveLength(2);
    expect(await stored()).toBe(descriptor.digest);
  });

  it('checks for the blob before it sends again if the connection broke after the last byte', async () => {
    registry.faults.add({ method: 'PUT', path: /uploads/, reset: 'after' });
    const open = jest.fn(contentOf(LAYER));
    expect(await repository.push(descriptor, open)).toBe('uploaded');
    expect(open).toHaveBeenCalledTimes(1);
    expect(methods()).toEqual(['POST', 'PUT', 'HEAD']);
  });

  it('checks for the blob before it sends again if a proxy timed out while the registry was working', async () => {
    const impatient = await startRegistry({ profile: impatientProxy });
    const place = testClient().repository({ registry: impatient.host, repository: 'a', access: 'push' });
    const open = jest.fn(contentOf(LAYER));
    expect(await place.push(descriptor, open)).toBe('uploaded');
    expect(open).toHaveBeenCalledTimes(1);
    expect(impatient.log.entries().map(({ method, status }) => `${method} ${status}`)).toEqual(['POST 202', 'PUT 504', 'HEAD 200']);
  });

  it('opens a new session if the registry lost the old one', async () => {
    const body = JSON.stringify({ errors: [{ code: 'BLOB_UPLOAD_UNKNOWN', message: 'lost' }] });
    registry.faults.add({ method: 'PUT', path: /uploads/, answer: { status: 404, body } });
    expect(await repository.push(descriptor, contentOf(LAYER))).toBe('uploaded');
  });

  it('cancels the session of an upload that failed', async () => {
    registry.faults.add({ method: 'PUT', path: /uploads/, answer: { status: 403 } });
    await expect(repository.push(descriptor, contentOf(LAYER))).toFailWithCode('DENIED');
    expect(methods()).toEqual(['POST', 'PUT', 'DELETE']);
  });

  it.each([
    ['shorter', bytes.subarray(1)],
    ['longer', Buffer.concat([bytes, Buffer.from('x')])],
  ])('refuses content that is %s than its descriptor says', async (_, wrong) => {
    await expect(repository.push(descriptor, contentOf({ descriptor, bytes: wrong }))).toFailWithCode('SIZE_MISMATCH');
    expect((await fetch(`${registry.url}/v2/a/blobs/${descriptor.digest}`)).status).toBe(404);
  });

  it('fails with the error of the content, unchanged, and does not try again', async () => {
    const broken: OpenContent = jest.fn(() =>
      Promise.resolve(
        new Readable({
          read() {
            this.destroy(new OciError('DIGEST_MISMATCH', 'rotten'));
          },
        }),
      ),
    );
    await expect(repository.push(descriptor, broken)).toFailWithCode('DIGEST_MISMATCH', /^rotten$/);
    expect(broken).toHaveBeenCalledTimes(1);
  });

  it('does not open the content again if its source is unreachable, which had its own retries', async () => {
    const open = jest.fn(() =>
      Promise.resolve(
        new Readable({
          read() {
            this.destroy(new OciError('REGISTRY_UNREACHABLE', 'broke'));
          },
        }),
      ),
    );
    await expect(repository.push(descriptor, open)).toFailWithCode('REGISTRY_UNREACHABLE', /^broke$/);
    expect(open).toHaveBeenCalledTimes(1);
  });
});

// A registry as a team has it after some weeks: many tags, two platforms, a signature, an SBOM, a chart.
import { createCipheriv, createHash } from 'node:crypto';

const OCI = 'application/vnd.oci.image';
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', bytes: Buffer.from('{}') };

/**
 * Pushes it over HTTP.
 *
 * @param {string} url of a registry
 */
export async function fillRegistry(url) {
  await pushSite(url);
  await pushChart(url);
  await pushWorker(url);
  await pushApi(url);
}

/** @param {string} url */
async function pushApi(url) {
  const to = { url, repository: 'shop/api' };
  for (let minor = 0; minor < 14; minor++) {
    await pushIndex(to, {
      version: `1.${minor}.0`,
      tags: [`1.${minor}.0`],
      base: minor < 8 ? 'debian-12.5' : 'debian-12.9',
      env: minor < 11 ? [] : ['FEATURE_CHECKOUT=on'],
      grown: minor * 9_000,
    });
  }
  const index = await pushIndex(to, {
    version: '1.14.0',
    tags: ['1.14.0', '1.14', '1', 'latest'],
    base: 'debian-12.9',
    env: ['FEATURE_CHECKOUT=on', 'SENTRY_ENVIRONMENT=production'],
    grown: 410_000,
  });
  await pushReferrer(to, index, 'application/vnd.dev.sigstore.bundle.v0.3+json', 5_300);
  await pushReferrer(to, index, 'application/spdx+json', 184_000);
}

/** @param {string} url */
async function pushWorker(url) {
  const to = { url, repository: 'shop/worker' };
  for (const version of ['0.8.0', '0.9.0', '0.9.1'])
    await pushImage(to, { version, tags: [version, 'latest'], base: 'debian-12.9', grown: 0, env: [] });
}

/** @param {string} url */
async function pushSite(url) {
  const to = { url, repository: 'shop/web' };
  for (const version of ['2026-11-02', '2026-11-16', '2026-11-30'])
    await pushImage(to, { version, tags: [version, 'latest'], base: 'nginx', grown: 0, env: [] });
}

/** @param {string} url */
async function pushChart(url) {
  const to = { url, repository: 'charts/shop' };
  const config = await pushBlob(to, 'application/vnd.cncf.helm.config.v1+json', '{"name":"shop","version":"3.1.0","apiVersion":"v2"}');
  const layers = [await pushBlob(to, 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', randomBytes('chart', 14_200))];
  await pushManifest(to, { schemaVersion: 2, mediaType: `${OCI}.manifest.v1+json`, config, layers }, ['3.1.0']);
}

/**
 * @typedef {{ readonly url: string, readonly repository: string }} Target
 * @typedef {object} Recipe
 * @property {string} version
 * @property {readonly string[]} tags
 * @property {string} base names the lower layers
 * @property {readonly string[]} env
 * @property {number} grown how many bytes the application is larger
 */

/** @param {Target} to @param {Recipe} recipe */
async function pushIndex(to, recipe) {
  const manifests = [];
  for (const architecture of ['amd64', 'arm64']) {
    const image = await pushImage(to, { ...recipe, tags: [] }, architecture);
    manifests.push({ ...image, platform: { os: 'linux', architecture } });
  }
  return pushManifest(to, { schemaVersion: 2, mediaType: `${OCI}.index.v1+json`, manifests }, recipe.tags);
}

/** @param {Target} to @param {Recipe} recipe */
async function pushImage(to, { version, tags, base, env, grown }, architecture = 'amd64') {
  const project = to.repository.split('/')[1];
  const steps = [
    { created_by: `# ${base}`, sizeBytes: 4_600_000, seed: base },
    { created_by: 'ENV NODE_VERSION=24.22.3' },
    {
      created_by: 'RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates tini',
      sizeBytes: 1_900_000,
      seed: base,
    },
    { created_by: 'WORKDIR /app' },
    { created_by: 'COPY node_modules ./node_modules', sizeBytes: 2_700_000 + grown, seed: `${project} ${version.slice(0, 3)}` },
    { created_by: `COPY dist/apps/${project} .`, sizeBytes: 312_000 + grown, seed: version },
    { created_by: 'USER 65532:65532' },
    { created_by: 'CMD ["node" "main.js"]' },
  ];
  const layers = [];
  for (const { sizeBytes, seed, created_by } of steps) {
    if (sizeBytes === undefined) continue;
    layers.push(await pushBlob(to, `${OCI}.layer.v1.tar+gzip`, randomBytes(`${architecture} ${seed} ${created_by}`, sizeBytes)));
  }
  const created = '2026-11-30T18:00:00Z';
  const config = {
    created,
    architecture,
    os: 'linux',
    config: {
      User: '65532:65532',
      ExposedPorts: { '8080/tcp': {} },
      Env: [
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'NODE_ENV=production',
        'PORT=8080',
        'SESSION_SECRET=correct-horse',
        ...env,
      ],
      Entrypoint: ['tini', '--'],
      Cmd: ['node', 'main.js'],
      WorkingDir: '/app',
      StopSignal: 'SIGTERM',
      Healthcheck: { Test: ['CMD', 'node', 'health.js'] },
      Labels: {
        'org.opencontainers.image.title': project,
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.source': 'https://github.com/acme/shop',
        'org.opencontainers.image.revision': createHash('sha1').update(version).digest('hex'),
        'org.opencontainers.image.licenses': 'MIT',
      },
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: steps.map(({ created_by, sizeBytes }) => ({ created, created_by, ...(sizeBytes === undefined && { empty_layer: true }) })),
  };
  const described = await pushBlob(to, `${OCI}.config.v1+json`, JSON.stringify(config));
  return pushManifest(to, { schemaVersion: 2, mediaType: `${OCI}.manifest.v1+json`, config: described, layers }, tags);
}

/** @param {Target} to @param {object} subject @param {string} artifactType @param {number} sizeBytes */
async function pushReferrer(to, subject, artifactType, sizeBytes) {
  const layers = [await pushBlob(to, artifactType, randomBytes(artifactType, sizeBytes))];
  const config = await pushBlob(to, EMPTY.mediaType, EMPTY.bytes);
  const annotations = { 'org.opencontainers.image.created': '2026-11-30T18:01:00Z' };
  await pushManifest(
    to,
    { schemaVersion: 2, mediaType: `${OCI}.manifest.v1+json`, artifactType, config, layers, subject, annotations },
    [],
  );
}

/** @param {Target} to @param {string} mediaType @param {string | Uint8Array} content */
async function pushBlob({ url, repository }, mediaType, content) {
  const descriptor = describe(mediaType, content);
  await send(`${url}/v2/${repository}/blobs/uploads/?digest=${descriptor.digest}`, 'POST', content);
  return descriptor;
}

/** @param {Target} to @param {{ readonly mediaType: string }} manifest @param {readonly string[]} tags */
async function pushManifest({ url, repository }, manifest, tags) {
  const text = JSON.stringify(manifest);
  const descriptor = describe(manifest.mediaType, text);
  for (const reference of [descriptor.digest, ...tags])
    await send(`${url}/v2/${repository}/manifests/${reference}`, 'PUT', text, manifest.mediaType);
  return descriptor;
}

/** @param {string} address @param {string} method @param {string | Uint8Array} body */
async function send(address, method, body, contentType = 'application/octet-stream') {
  const answer = await fetch(address, { method, body, headers: { 'content-type': contentType } });
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`Cannot push to ${address}: ${answer.status} ${text}`);
}

/** @param {string} mediaType @param {string | Uint8Array} content */
function describe(mediaType, content) {
  return { mediaType, digest: `sha256:${createHash('sha256').update(content).digest('hex')}`, size: Buffer.byteLength(content) };
}

/** The same on every machine. @param {string} seed @param {number} sizeBytes */
function randomBytes(seed, sizeBytes) {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes));
}

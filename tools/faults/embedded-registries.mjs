import { createRequire } from 'node:module';

// By path, as in tools/bench: tools import none of our packages.
const { startRegistry, memoryStorage } = createRequire(import.meta.url)('../../packages/oci-registry/dist/index.js');

// Tokens expire in the middle of a run. The client keeps them longer, as the specification allows: at least 60 s.
const LOGIN = { username: 'robot', password: 'of this run', scheme: 'bearer', tokenSeconds: 2 };

/**
 * @typedef {object} Trouble
 * @property {string} kind for the summary
 * @property {object} fault as `faults.add` of oci-registry takes it
 * @property {(entry: { method: string, path: string, status: number }) => boolean} isHit whether a log entry is one of its hits
 */

/**
 * The faults of one registry. The 429 always occurs once, so that a short run includes it.
 *
 * @param {number} seed
 * @returns {readonly Trouble[]}
 */
function troublesOf(seed) {
  const any = /^\/v2\//;
  const limit = { path: any, answer: { status: 429, headers: { 'retry-after': '3' } } };
  const isAnswer = (status) => (entry) => entry.status === status;
  const isReset = (method, path) => (entry) => entry.status === 0 && entry.method === method && path.test(entry.path);
  return [
    { kind: '503', fault: { path: any, share: 0.02, seed, answer: { status: 503 } }, isHit: isAnswer(503) },
    { kind: '429, Retry-After: 3', fault: { ...limit, share: 0.002, seed: seed + 1 }, isHit: isAnswer(429) },
    { kind: '429, Retry-After: 3', fault: { ...limit, after: 25 }, isHit: () => false },
    {
      kind: 'reset while a blob is sent',
      fault: { method: 'PUT', path: /\/blobs\//, share: 0.04, seed: seed + 3, reset: 'in-request' },
      isHit: isReset('PUT', /\/blobs\//),
    },
    {
      kind: 'reset while a body is read',
      fault: { method: 'GET', path: any, share: 0.04, seed: seed + 4, reset: 'in-answer' },
      isHit: ({ method, status }) => method === 'GET' && (status === 200 || status === 206),
    },
    {
      kind: 'reset after a manifest was stored',
      fault: { method: 'PUT', path: /\/manifests\//, share: 0.03, seed: seed + 5, reset: 'after' },
      isHit: isReset('PUT', /\/manifests\//),
    },
    {
      kind: 'reset after an upload was opened',
      fault: { method: 'POST', path: any, share: 0.02, seed: seed + 6, reset: 'after' },
      isHit: isReset('POST', any),
    },
    {
      kind: 'reset before an answer',
      fault: { method: 'HEAD', path: any, share: 0.02, seed: seed + 7, reset: 'before' },
      isHit: isReset('HEAD', any),
    },
  ];
}

function isExpiry({ status, authorization }) {
  return status === 401 && authorization === 'bearer';
}

/**
 * Embedded registries with a bearer login that fail as their faults say. Each has a second port without login and faults, which
 * serves to read its content back.
 *
 * @param {{ seed: number, names: readonly string[] }} wanted
 * @returns {Promise<import('./faulty-registries.mjs').FaultyRegistries>}
 */
export async function startEmbedded({ seed, names }) {
  const hits = new Map();
  let requests = 0;
  const opened = await Promise.all(names.map((name, index) => openOne(name, seed + index * 100)));

  async function openOne(name, own) {
    const storage = memoryStorage();
    const troubles = [];
    const onRequest = (entry) => {
      requests += 1;
      const kind = entry.isFault ? troubles.find(({ isHit }) => isHit(entry))?.kind : isExpiry(entry) ? 'token expired' : undefined;
      if (kind !== undefined) hits.set(kind, (hits.get(kind) ?? 0) + 1);
    };
    const troubled = await startRegistry({ storage, login: LOGIN, onRequest });
    const clean = await startRegistry({ storage });
    troubles.push(...troublesOf(own));
    for (const { fault } of troubles) troubled.faults.add(fault);
    return { name, host: troubled.host, cleanHost: clean.host, close: () => Promise.all([troubled.close(), clean.close()]) };
  }

  return {
    title: 'embedded registry with faults, bearer login',
    registries: opened.map(({ name, host, cleanHost }) => ({ name, host, cleanHost, login: LOGIN })),
    hits: () => hits,
    requests: () => requests,
    stop: async () => void (await Promise.all(opened.map(({ close }) => close()))),
  };
}

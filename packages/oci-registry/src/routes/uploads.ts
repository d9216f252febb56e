import { algorithmOf, isDigest, type Digest, type DigestAlgorithm, isRepositoryName } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import { isBlobKnown, linkBlob, sizeOfBlob } from '../repositories/blob-records';
import { refuse } from '../http/protocol-error';
import type { Call, Methods } from './call';
import { finishUpload } from './finish-upload';
import { refuseDigest } from './refuse-digest';
import { answerProgress } from './upload';

const ALGORITHMS: readonly DigestAlgorithm[] = ['sha256', 'sha384', 'sha512'];

/** Starts an upload, accepts a whole blob, or mounts one: end-4 and end-11. */
export const uploadsRoutes: Methods = { POST: startUpload };

async function startUpload(call: Call): Promise<Answer> {
  const { query } = call.request;
  const mount = query.get('mount');
  if (mount !== null) return mountBlob(call, mount);
  const digest = query.get('digest');
  if (digest !== null) return takeBlob(call, digest);
  const algorithm = query.get('digest-algorithm') ?? 'sha256';
  const known = ALGORITHMS.find((name) => name === algorithm);
  return known ? openSession(call, known) : refuseDigest(algorithm);
}

async function openSession({ state, repository }: Call, algorithm: DigestAlgorithm): Promise<Answer> {
  const session = await state.uploads.start(repository, algorithm);
  return session === 'too-many' ? refuseSessions() : answerProgress(202, session);
}

/** One request for a whole blob. */
async function takeBlob({ state, request, repository }: Call, digest: string): Promise<Answer> {
  if (!isDigest(digest)) return refuseDigest(digest);
  const session = await state.uploads.start(repository, algorithmOf(digest));
  if (session === 'too-many') return refuseSessions();
  try {
    await session.appendLast(request.body);
  } catch (error) {
    await state.uploads.end(session);
    throw error;
  }
  return finishUpload(state, session, digest);
}

function refuseSessions(): Answer {
  return refuse('TOOMANYREQUESTS', 'Too many uploads are open: finish or cancel some, or wait a minute.', {
    headers: { 'retry-after': '60' },
  });
}

/** Mounts a blob from a sibling repository, or opens a session if it does not exist. */
async function mountBlob(call: Call, mount: string): Promise<Answer> {
  if (!isDigest(mount)) return refuseDigest(mount);
  const { state, repository } = call;
  const isMounted = await state.changes.run(async () => {
    if (!(await canMount(call, mount))) return false;
    await linkBlob(state.storage, repository, mount);
    return true;
  });
  if (!isMounted) return openSession(call, algorithmOf(mount));
  return { status: 201, headers: { location: `/v2/${repository}/blobs/${mount}`, 'docker-content-digest': mount } };
}

// Without `from`, the registry searches all repositories ("automatic content discovery" of the specification). Every account
// that may push may also read all repositories, so that this reveals nothing.
async function canMount({ state, request }: Call, digest: Digest): Promise<boolean> {
  const from = request.query.get('from');
  if (from === null || from === '') return isBlobKnown(state.storage, digest);
  return isRepositoryName(from) && (await sizeOfBlob(state.storage, from, digest)) !== undefined;
}

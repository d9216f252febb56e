export { type CountedRequest, type CountingProxy, startCountingProxy } from '../publish/testing/counting-proxy';
export { type Publishing, describeRequests, makePublishing, tally } from '../publish/testing/publishing';
export { type TestWorkspace, makeWorkspace } from './make-workspace';
export { type PeerCase } from '../tags/testing/peer-case';
export { PEER_CASES, tagsOfPeerCase } from '../tags/testing/peer-cases';

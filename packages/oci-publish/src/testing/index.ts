export { type CountedRequest, type CountingProxy, startCountingProxy } from '../publish/testing/counting-proxy';
export { type Publishing, describeRequests, makePublishing, tally } from '../publish/testing/publishing';
export { type TestWorkspace, makeWorkspace } from './make-workspace';

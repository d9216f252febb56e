export { createNodes, createNodesV2 } from './inference/create-nodes';
export { createDependencies } from './inference/create-dependencies';
export { postTasksExecution, preTasksExecution } from './nx-run/run-hooks';
export { type FailureReport, type ImageReport, type Outcome, type RegistryReport, type RunReport, type TagReport } from '@nx-oci/publish';
export { type PublishOptions } from '@nx-oci/publish';

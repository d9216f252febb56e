export { createNodes, createNodesV2 } from './inference/create-nodes';
export { postTasksExecution, preTasksExecution } from './run/run-hooks';
export { type ImageReport, type Outcome, type RegistryReport } from './publish/image-report';
export { type PublishOptions } from './publish/publish-options';

export { createNodes, createNodesV2 } from './inference/create-nodes';
export { postTasksExecution, preTasksExecution } from './run/run-hooks';
export {
  type FailureReport,
  type ImageReport,
  type Outcome,
  type RegistryReport,
  type RunReport,
  type TagReport,
} from './report/report-schema';
export { type PublishOptions } from './publish/publish-options';

import { answerJson } from '../http/answer';
import type { Methods } from './call';

/** Says that this is a registry: end-1. The header is what Docker's clients of old looked for. */
export const supportRoutes: Methods = {
  GET: () => Promise.resolve(answerJson(200, {}, { 'docker-distribution-api-version': 'registry/2.0' })),
};

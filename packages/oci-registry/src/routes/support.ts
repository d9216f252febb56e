import { answerJson } from '../http/answer';
import type { Methods } from './call';

/** Identifies a registry: end-1. Older Docker clients require the header. */
export const supportRoutes: Methods = {
  GET: () => Promise.resolve(answerJson(200, {}, { 'docker-distribution-api-version': 'registry/2.0' })),
};

import { type Condition, type When } from '../expressions/conditions';
import { listOf, type Workflow } from './workflow-file';

const PULL_REQUESTS = ['pull_request', 'pull_request_target'];

/** The events that start a workflow. Filters by path are left alone: Nx decides what is affected. */
export function readTriggers(on: Workflow['on']): Condition {
  return Object.entries(on).flatMap(([name, filters]): Condition => {
    if (name === 'push') return readPush(filters);
    if (PULL_REQUESTS.includes(name)) return [{ event: 'pullRequest' }];
    if (name === 'release') return [{ tag: '**' }];
    if (name === 'schedule') return [{ event: 'schedule' }];
    if (name === 'workflow_dispatch') return [{ event: 'manual' }];
    // A workflow after another one, on what that ran on.
    return name === 'workflow_run' ? [{ branch: '**', event: 'push' }] : [];
  });
}

function readPush(filters: Workflow['on'][string]): Condition {
  const texts = (name: string) => (typeof filters[name] === 'string' ? [filters[name]] : listOf(filters[name]).map(String));
  const [branches, tags] = [patternsOf(texts('branches'), texts('branches-ignore')), patternsOf(texts('tags'), texts('tags-ignore'))];
  if (branches === undefined && tags === undefined) return [{ branch: '**', event: 'push' }, { tag: '**' }];
  const ofBranches: readonly When[] = branches === undefined ? [] : [{ branch: branches, event: 'push' }];
  return [...ofBranches, ...(tags === undefined ? [] : [{ tag: tags }])];
}

function patternsOf(wanted: readonly string[], ignored: readonly string[]): readonly string[] | undefined {
  const patterns = [...wanted, ...ignored.map((pattern) => `!${pattern}`)];
  return patterns.length === 0 ? undefined : patterns;
}

import { join } from 'node:path';

import { run, type Outcome } from './run';
import { nxEnvironment, type TestWorkspace } from './test-workspace';

// Actions that need GitHub, or install what is already here. Each script does what the workflow needs of its action.
const STAND_INS: Readonly<Record<string, string>> = {
  'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020': 'node --version',
  'nrwl/nx-set-shas@afb73a62d26e41464e9254689e1fd6122ee683c1':
    'printf "NX_BASE=%s\\nNX_HEAD=%s\\n" "$(git rev-parse HEAD~1)" "$(git rev-parse HEAD)" >> "$GITHUB_ENV"',
};

export interface WorkflowEvent {
  readonly name: 'push' | 'workflow_dispatch';
  /** What was pushed: `refs/heads/main`. */
  readonly ref: string;
}

export interface WorkflowValues {
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Runs the workflows of a workspace with act, in a clone of it on this machine: no container, no GitHub. */
export function runWorkflow(act: string, workspace: TestWorkspace, event: WorkflowEvent, values: WorkflowValues): Promise<Outcome> {
  const { root } = workspace;
  for (const [action, script] of Object.entries(STAND_INS)) {
    const steps = [{ run: script, shell: 'bash' }];
    workspace.write(join(standInFolder(action), 'action.yml'), { name: action, runs: { using: 'composite', steps } });
  }
  workspace.write('.caches/event.json', { ref: event.ref, repository: { default_branch: 'main', full_name: 'stranger/shop' } });
  const args = [
    event.name,
    '--eventpath=.caches/event.json',
    '--platform=ubuntu-latest=-self-hosted',
    '--no-cache-server',
    ...Object.keys(STAND_INS).flatMap((action) => ['--local-repository', `${action}=${join(root, standInFolder(action))}`]),
    ...Object.entries(values.variables).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    // A name without a value takes the value from the environment.
    ...Object.keys(values.secrets).flatMap((name) => ['--secret', name]),
    // Everything is in npm's cache already: no request is needed.
    '--env=npm_config_prefer_offline=true',
    '--env=npm_config_audit=false',
  ];
  const own = join(root, '.caches/act');
  return run(act, args, { cwd: root, env: { ...nxEnvironment(root), ...values.secrets, XDG_CACHE_HOME: own, XDG_CONFIG_HOME: own } });
}

function standInFolder(action: string): string {
  return join('.caches/actions', action.replace(/\W/g, '-'));
}

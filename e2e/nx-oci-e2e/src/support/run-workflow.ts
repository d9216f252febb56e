import { join } from 'node:path';

import { run, type Outcome } from './run';
import { nxEnvironment, type TestWorkspace } from './test-workspace';

// Actions that need GitHub, or install what is already here. Each script does what the workflow needs of its action.
const STAND_INS: Readonly<Record<string, string>> = {
  'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020': 'node --version',
  'nrwl/nx-set-shas@afb73a62d26e41464e9254689e1fd6122ee683c1':
    'printf "NX_BASE=%s\\nNX_HEAD=%s\\n" "$(git rev-parse HEAD~1)" "$(git rev-parse HEAD)" >> "$GITHUB_ENV"',
};

const ARTIFACTS = '"${ARTIFACTS:?}"';

// Those with inputs: artifacts are folders.
const WITH_INPUTS: Readonly<Record<string, { readonly inputs: readonly string[]; readonly script: string }>> = {
  'actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a': {
    inputs: ['name', 'path', 'if-no-files-found', 'compression-level', 'retention-days'],
    script: `if [ -d "\${{ inputs.path }}" ]; then mkdir -p ${ARTIFACTS}; cp -r "\${{ inputs.path }}" ${ARTIFACTS}/"\${{ inputs.name }}"; fi`,
  },
  'actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c': {
    inputs: ['pattern', 'path', 'merge-multiple'],
    script: `mkdir -p "\${{ inputs.path }}"; for found in ${ARTIFACTS}/\${{ inputs.pattern }}; do [ ! -d "$found" ] || cp -r "$found"/. "\${{ inputs.path }}"; done`,
  },
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
  const standIns = {
    ...Object.fromEntries(Object.entries(STAND_INS).map(([action, script]) => [action, { inputs: [], script }])),
    ...WITH_INPUTS,
  };
  for (const [action, { inputs, script }] of Object.entries(standIns)) {
    workspace.write(join(standInFolder(action), 'action.yml'), {
      name: action,
      inputs: Object.fromEntries(inputs.map((name) => [name, { description: name }])),
      runs: { using: 'composite', steps: [{ run: script, shell: 'bash' }] },
    });
  }
  workspace.write('.caches/event.json', { ref: event.ref, repository: { default_branch: 'main', full_name: 'stranger/shop' } });
  const args = [
    event.name,
    '--eventpath=.caches/event.json',
    ...['ubuntu-latest', 'ubuntu-24.04', 'ubuntu-24.04-arm'].map((name) => `--platform=${name}=-self-hosted`),
    '--no-cache-server',
    ...Object.keys(standIns).flatMap((action) => ['--local-repository', `${action}=${join(root, standInFolder(action))}`]),
    ...Object.entries(values.variables).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    // A name without a value takes the value from the environment.
    ...Object.keys(values.secrets).flatMap((name) => ['--secret', name]),
    // Everything is in npm's cache already: no request is needed.
    '--env=npm_config_prefer_offline=true',
    '--env=npm_config_audit=false',
    `--env=ARTIFACTS=${join(root, '.caches/artifacts')}`,
  ];
  const own = join(root, '.caches/act');
  return run(act, args, { cwd: root, env: { ...nxEnvironment(root), ...values.secrets, XDG_CACHE_HOME: own, XDG_CONFIG_HOME: own } });
}

function standInFolder(action: string): string {
  return join('.caches/actions', action.replace(/\W/g, '-'));
}

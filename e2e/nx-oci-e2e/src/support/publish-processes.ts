import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Records which processes of a run publish: those that load its executor. */
export interface PublishProcesses {
  /** Add this to the environment of a run. */
  readonly env: NodeJS.ProcessEnv;
  /** Process ids since the last call, each once. */
  take(): readonly string[];
}

/** @param folder where the records are kept; it exists. */
export function watchPublishProcesses(folder: string): PublishProcesses {
  const [hook, records] = [join(folder, 'record-publish-executor.cjs'), join(folder, 'publish-processes.txt')];
  writeFileSync(
    hook,
    `const { appendFileSync } = require('node:fs');
    const Module = require('node:module');
    const load = Module._load;
    Module._load = function (request, ...others) {
      if (/nx-oci.dist.executors.publish.(batch|executor)/.test(request)) appendFileSync(${JSON.stringify(records)}, process.pid + '\\n');
      return load.call(this, request, ...others);
    };`,
  );
  return {
    env: { NODE_OPTIONS: `--require=${hook}` },
    take: () => {
      const pids = existsSync(records) ? readFileSync(records, 'utf8').split('\n').filter(Boolean) : [];
      writeFileSync(records, '');
      return [...new Set(pids)];
    },
  };
}

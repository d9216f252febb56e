import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Notes which processes of a run take part in publishing: those that load its executor. */
export interface PublishProcesses {
  /** To be added to the environment of a run. */
  readonly env: NodeJS.ProcessEnv;
  /** Process ids since the last call, each once. */
  take(): readonly string[];
}

/** @param folder where the notes are kept; it exists. */
export function watchPublishProcesses(folder: string): PublishProcesses {
  const [hook, notes] = [join(folder, 'note-publish-executor.cjs'), join(folder, 'publish-processes.txt')];
  writeFileSync(
    hook,
    `const { appendFileSync } = require('node:fs');
    const Module = require('node:module');
    const load = Module._load;
    Module._load = function (request, ...others) {
      if (/nx-oci.dist.executors.publish.(batch|executor)/.test(request)) appendFileSync(${JSON.stringify(notes)}, process.pid + '\\n');
      return load.call(this, request, ...others);
    };`,
  );
  return {
    env: { NODE_OPTIONS: `--require=${hook}` },
    take: () => {
      const pids = existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').filter(Boolean) : [];
      writeFileSync(notes, '');
      return [...new Set(pids)];
    },
  };
}

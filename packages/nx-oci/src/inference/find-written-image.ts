import { type NxJsonConfiguration } from '@nx/devkit';
import { ENGINE_NAMES, type EngineName, engineOf } from '@nx-oci/publish';

import { BUILD_EXECUTOR } from '../nx-run/executor-names';
import { defaultsOf, type Targets } from './written-targets';

/** What a project's own files, and the target defaults of nx.json, say of the target that an image is inferred for. */
export interface WrittenImage {
  /** As written, perhaps wrong. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The engine that they name, possibly by an option that only one engine has. */
  readonly engine: EngineName | undefined;
}

/** @param name of the target */
export function findWrittenImage(name: string, targets: Targets, targetDefaults: NxJsonConfiguration['targetDefaults']): WrittenImage {
  const target = targets[name] ?? {};
  const defaults = defaultsOf(name, target.executor ?? BUILD_EXECUTOR, targetDefaults);
  const options = { ...(defaults.options as object | undefined), ...(target.options as object | undefined) } as Readonly<
    Record<string, unknown>
  >;
  const engine = ENGINE_NAMES.find((known) => known === options['engine']);
  return { options, engine: engineOf({ ...options, engine }) };
}

import { type OciError } from '@nx-oci/model';

/** What is tried at a registry, in the order in which each needs those before it. */
export type StepName = 'reach' | 'login' | 'pull' | 'push';

/**
 * How a step went. `info`: not ideal, but no obstacle to a publish. `skipped`: an earlier
 * step failed.
 */
export type StepOutcome = 'passed' | 'info' | 'failed' | 'skipped';

/** One line of a diagnosis. Never holds a secret. */
export interface Step {
  readonly name: StepName;
  readonly outcome: StepOutcome;
  readonly text: string;
  /** What to do now. */
  readonly hint?: string;
}

/** One registry of registries.yaml, as it was found. */
export interface RegistryDiagnosis {
  readonly name: string;
  /** `host/namespace` */
  readonly place: string;
  readonly steps: readonly Step[];
}

/** What came of trying one repository; `undefined` is that it works. */
export interface RepositoryTry {
  /** `host/namespace/image` */
  readonly place: string;
  readonly pull: OciError | undefined;
  /** Absent if no push was to be tried. */
  readonly push?: { readonly failure: OciError | undefined };
}

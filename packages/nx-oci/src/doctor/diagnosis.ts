import { type OciError } from '@nx-oci/model';

/** The steps at a registry; each needs those before it. */
export type StepName = 'reach' | 'login' | 'pull' | 'push';

/**
 * The outcome of a step. `info`: not ideal, but no obstacle to a publish. `skipped`: an earlier
 * step failed.
 */
export type StepOutcome = 'passed' | 'info' | 'failed' | 'skipped';

/** One line of a diagnosis. Never contains a secret. */
export interface Step {
  readonly name: StepName;
  readonly outcome: StepOutcome;
  readonly text: string;
  /** What to do now. */
  readonly hint?: string;
}

/** The diagnosis of one registry of registries.yaml. */
export interface RegistryDiagnosis {
  readonly name: string;
  /** `host/namespace` */
  readonly address: string;
  readonly steps: readonly Step[];
}

/** The result of trying one repository; `undefined` means that it works. */
export interface RepositoryTry {
  /** `host/namespace/image` */
  readonly address: string;
  readonly pull: OciError | undefined;
  /** Absent if no push was tried. */
  readonly push?: { readonly failure: OciError | undefined };
}

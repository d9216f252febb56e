import { isOciError } from '@nx-oci/model';

/** Collects a problem, as `what → the fix`; all problems are reported together. */
export type ReportProblem = (line: string) => void;

/** The project whose image is built. */
export interface ProjectLocation {
  readonly project: string;
  /** Absolute. */
  readonly workspaceRoot: string;
  /** Absolute. */
  readonly projectRoot: string;
}

/** Where an option is read, and how its problems are reported. */
export interface ReadingContext {
  readonly location: ProjectLocation;
  readonly env: NodeJS.ProcessEnv;
  /** Whether the image is built here, by this run, to be used: otherwise secrets may be missing. */
  readonly areSecretsNeeded: boolean;
  readonly reportProblem: ReportProblem;
}

/** Runs a parser that throws; its message becomes a line. */
export function attempt<T>(name: string, parse: () => T, reportProblem: ReportProblem): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!isOciError(error)) throw error;
    reportProblem(`\`${name}\`: ${error.message} → ${error.hint ?? 'correct it'}`);
    return undefined;
  }
}

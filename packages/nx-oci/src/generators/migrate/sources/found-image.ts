import { type Condition } from '../expressions/conditions';
import { type TranslatedTags } from '../metadata-action/translate-tags';

/** An image that the workspace publishes today, by other means. */
export interface FoundImage {
  /** What says so: `.github/workflows/release.yml, job images`, `apps/api/project.json, target container`. */
  readonly source: string;
  /** The project, if the source names one. */
  readonly project?: string;
  /** Names without tags, as their source writes them, its own constants replaced: `ghcr.io/${{ github.repository_owner }}/api`. */
  readonly names: readonly string[];
  readonly tags: TranslatedTags;
  readonly build: FoundBuild;
  /** How it logs in to each host. */
  readonly logins: readonly FoundLogin[];
  /** Events on which its pipeline runs; absent if that is not known. */
  readonly runsOn?: Condition;
  /** What is not taken over, each as a sentence. */
  readonly notes: readonly string[];
}

/** How it is built; paths from the workspace root. */
export interface FoundBuild {
  readonly dockerfile?: string;
  readonly context?: string;
  readonly stage?: string;
  /** `NAME=VALUE`, or `NAME` for a value from the environment. */
  readonly buildArgs: readonly string[];
  readonly platforms: readonly string[];
  /** Further options of our build, by name: `cacheFrom`, `secrets`, … */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface FoundLogin {
  readonly host: string;
  /** Texts with `${VARIABLES}` of the environment. */
  readonly username?: string;
  readonly password?: string;
}

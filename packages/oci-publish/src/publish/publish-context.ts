import { type Registries } from '../configuration/registries';
import { type RegistryEntry } from '../configuration/registry-entry';
import { type Connection, type RecallFacts } from '../connection/open-connection';
import { type GitFacts } from '../git/read-git-facts';
import { type RunGroup } from '../run/run-group';
import { type RunFolder } from '../run/run-folder';
import { type ReleasePattern } from '../tags/release-pattern';
import { type ImageOpener } from './image/image-opener';
import { type ChangesOf } from './plan/prepare-image';
import { type InputsOf } from './plan/open-task';
import { type StagedNote } from './stage/staged-note';
import { type TransferWatcher } from '../report/progress/transfer-watcher';

/** Everything that a publish needs from outside; made once per process. */
export interface PublishContext {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  /** Asks git; called once, when the first requests are under way. */
  readonly readGit: () => Promise<GitFacts>;
  /** Which changed files a task's image is made of; all of them where absent. */
  readonly changesOf?: ChangesOf;
  /** What the images are made from that no task of this run makes; none are compared where absent. */
  readonly inputsOf?: InputsOf;
  /** How nx.json names the git tags of a project's releases; the usual names where it is absent. */
  readonly releasePatternsOf?: (project: string) => readonly ReleasePattern[];
  readonly registries: Registries;
  /** The task that tries what a project's publish needs, if it has one: `api:doctor`. */
  readonly doctorOf?: (project: string) => string | undefined;
  /** Connects to registries; the caller closes what it gets. `recall` tells what an earlier run learned of a host. */
  readonly connect: (entries: readonly RegistryEntry[], recall?: RecallFacts) => Promise<Connection>;
  readonly openerFor: (connection: Connection) => ImageOpener;
  /** Removes the local image of a folder; answers with what came of it, for people. */
  readonly pruneImage: (folder: string) => Promise<string>;
  readonly run: RunFolder<StagedNote>;
  /** Ids of all publish tasks of the run, those of other processes included. */
  readonly siblings: readonly string[];
  /** Which of them are tagged together, as far as this process has a part in it; all of them where absent. */
  readonly groups?: readonly RunGroup[];
  /** For people; may hold several lines. */
  readonly print: (text: string) => void;
  /** The same for what is old news when the run has ended; `print` where absent. */
  readonly mention?: (text: string) => void;
  /** Told how images travel. */
  readonly watcher?: TransferWatcher;
  readonly now: () => number;
  /** Aborted when the run is stopped, unless tags have begun to move. */
  readonly signal?: AbortSignal;
  /** To be called before the first tag moves: nothing stops this process any more. */
  readonly passPointOfNoReturn?: () => void;
}

export interface TaskResult {
  readonly success: boolean;
  /** What to show for this task, beside what the run printed for all of them. */
  readonly text: string;
  /** Another run published at the same time, and was faster: to be done again, upon what that one left. */
  readonly isRaced?: boolean;
}

export type TaskResults = ReadonlyMap<string, TaskResult>;

import { type Connection } from '../connection/open-connection';
import { type GitFacts } from '../git/read-git-facts';
import { type TransferWatcher } from '../report/progress/transfer-watcher';
import { type RunGroup } from '../run/run-group';
import { type ReleasePattern } from '../tags/versions/release-pattern';
import { type InputsOf } from './image/open-image';
import { type ImageOpener } from './image/publishable-image';
import { type ChangesOf } from './plan/prepare-image';
import { type PruneContext } from './prune/prune-image';
import { type TagContext } from './tag/tag-context';

/** The environment of a publish; created once per process. */
export interface PublishContext extends TagContext, PruneContext {
  /** Reads git; called once, when the first requests are under way. */
  readonly readGit: () => Promise<GitFacts>;
  /** The changed files that a task's image is built from; by default all. */
  readonly changesOf?: ChangesOf;
  /** Sources of images that no task of this run builds; if absent, they are not compared. */
  readonly inputsOf?: InputsOf;
  /** The patterns of a project's release tags in nx.json; by default Nx's own. */
  readonly releasePatternsOf?: (project: string) => readonly ReleasePattern[];
  /** The doctor task of a project, if it has one: `api:doctor`. */
  readonly doctorOf?: (project: string) => string | undefined;
  readonly openerFor: (connection: Connection) => ImageOpener;
  /** Ids of all publish tasks of the run, those of other processes included. */
  readonly siblings: readonly string[];
  /** Groups that are tagged together, if this process has images in them; by default one of all. */
  readonly groups?: readonly RunGroup[];
  /** The Nx process of the run, until whose end no prune removes its images; by default this process. */
  readonly runPid?: number | undefined;
  /** Watches the transfer of images. */
  readonly watcher?: TransferWatcher;
}

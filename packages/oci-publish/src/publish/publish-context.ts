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

/** Everything that a publish needs from outside; made once per process. */
export interface PublishContext extends TagContext, PruneContext {
  /** Asks git; called once, when the first requests are under way. */
  readonly readGit: () => Promise<GitFacts>;
  /** The changed files that a task's image is built from; by default all. */
  readonly changesOf?: ChangesOf;
  /** What the images are made from that no task of this run makes; none are compared where absent. */
  readonly inputsOf?: InputsOf;
  /** The patterns of a project's release tags in nx.json; by default Nx's own. */
  readonly releasePatternsOf?: (project: string) => readonly ReleasePattern[];
  /** The task that tries what a project's publish needs, if it has one: `api:doctor`. */
  readonly doctorOf?: (project: string) => string | undefined;
  readonly openerFor: (connection: Connection) => ImageOpener;
  /** Ids of all publish tasks of the run, those of other processes included. */
  readonly siblings: readonly string[];
  /** Which of them are tagged together, as far as this process has a part in it; all of them where absent. */
  readonly groups?: readonly RunGroup[];
  /** Watches the transfer of images. */
  readonly watcher?: TransferWatcher;
}

import { randomUUID } from 'node:crypto';

import type { DigestAlgorithm } from '@nx-oci/model';

import type { ContentStorage } from '../storage/storage';
import { UploadSession } from './upload-session';

// "The server SHOULD eventually timeout unfinished uploads" (distribution-spec 1.2-dev). Counted from the last chunk.
const LIFETIME_MS = 60 * 60 * 1000;

// Each holds a file or memory. A mount that finds nothing opens one, too, and some clients never use it.
const MAX_OPEN = 1000;
const IDLE_AFTER_MS = 60 * 1000;

/** The uploads that are open now. They end with the process: a client that finds its session gone starts anew. */
export class UploadSessions {
  private readonly open = new Map<string, { readonly session: UploadSession; readonly usedAtMs: number }>();

  constructor(private readonly content: ContentStorage) {}

  /** `too-many` where no other upload is idle and can be given up for it. */
  async start(repository: string, algorithm: DigestAlgorithm): Promise<UploadSession | 'too-many'> {
    await this.endForgotten();
    if (!(await this.makeRoom())) return 'too-many';
    const session = new UploadSession(randomUUID(), repository, await this.content.startUpload(), algorithm);
    this.touch(session);
    return session;
  }

  /** A session is known only in the repository that it was started for, and only until it is sealed. */
  find(repository: string, id: string): UploadSession | undefined {
    const session = this.open.get(id)?.session;
    if (session?.repository !== repository || !session.isOpen) return undefined;
    this.touch(session);
    return session;
  }

  /** Forgets a session and frees its bytes, if they were not published. */
  async end(session: UploadSession): Promise<void> {
    this.open.delete(session.id);
    await session.discard();
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.open.values()].map(({ session }) => this.end(session)));
  }

  private touch(session: UploadSession): void {
    this.open.delete(session.id);
    this.open.set(session.id, { session, usedAtMs: Date.now() });
  }

  private async endForgotten(): Promise<void> {
    await Promise.all(this.idleFor(LIFETIME_MS).map((session) => this.end(session)));
  }

  private async makeRoom(): Promise<boolean> {
    if (this.open.size < MAX_OPEN) return true;
    const [oldest] = this.idleFor(IDLE_AFTER_MS);
    if (!oldest) return false;
    await this.end(oldest);
    return true;
  }

  /** The one that was used longest ago comes first: `touch` puts a session behind the others. */
  private idleFor(idleMs: number): readonly UploadSession[] {
    return [...this.open.values()].flatMap(({ session, usedAtMs }) =>
      session.isOpen && !session.isBusy && usedAtMs < Date.now() - idleMs ? [session] : [],
    );
  }
}

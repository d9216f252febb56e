import { randomUUID } from 'node:crypto';

import type { DigestAlgorithm } from '@nx-oci/model';

import type { ContentStorage } from '../storage/storage';
import { UploadSession } from './upload-session';

// "The server SHOULD eventually timeout unfinished uploads" (distribution-spec 1.2-dev). Counted from the last chunk.
const LIFETIME_MS = 60 * 60 * 1000;

// Each uses a file or memory. A failed mount opens one, too, and some clients never use it.
const MAX_OPEN = 1000;
const IDLE_AFTER_MS = 60 * 1000;

/** The open uploads. They end with the process: a client whose session is gone starts again. */
export class UploadSessions {
  private readonly open = new Map<string, { readonly session: UploadSession; readonly usedAtMs: number }>();

  constructor(private readonly content: ContentStorage) {}

  /** `too-many` if no other upload is idle and can be dropped for it. */
  async start(repository: string, algorithm: DigestAlgorithm): Promise<UploadSession | 'too-many'> {
    await this.endForgotten();
    if (!(await this.makeRoom())) return 'too-many';
    const session = new UploadSession(randomUUID(), repository, await this.content.startUpload(), algorithm);
    this.touch(session);
    return session;
  }

  /** Finds a session of its own repository, until it is sealed. */
  find(repository: string, id: string): UploadSession | undefined {
    const session = this.open.get(id)?.session;
    if (session?.repository !== repository || !session.isOpen) return undefined;
    this.touch(session);
    return session;
  }

  /** Removes a session and frees its content, if it was not published. */
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

  /** The least recently used comes first: `touch` moves a session to the end. */
  private idleFor(idleMs: number): readonly UploadSession[] {
    return [...this.open.values()].flatMap(({ session, usedAtMs }) =>
      session.isOpen && !session.isBusy && usedAtMs < Date.now() - idleMs ? [session] : [],
    );
  }
}

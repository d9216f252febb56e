import { randomUUID } from 'node:crypto';

import type { DigestAlgorithm } from '@nx-oci/model';

import type { ContentStorage } from '../storage';
import { UploadSession } from './upload-session';

// "The server SHOULD eventually timeout unfinished uploads" (distribution-spec 1.2-dev). Counted from the last chunk.
const LIFETIME_MS = 60 * 60 * 1000;

/** The uploads that are open now. They end with the process: a client that finds its session gone starts anew. */
export class UploadSessions {
  private readonly open = new Map<string, { readonly session: UploadSession; readonly usedAtMs: number }>();

  constructor(private readonly content: ContentStorage) {}

  async start(repository: string, algorithm: DigestAlgorithm): Promise<UploadSession> {
    await this.endForgotten();
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
    this.open.set(session.id, { session, usedAtMs: Date.now() });
  }

  private async endForgotten(): Promise<void> {
    const forgotten = [...this.open.values()].filter(
      ({ session, usedAtMs }) => session.isOpen && !session.isBusy && usedAtMs < Date.now() - LIFETIME_MS,
    );
    await Promise.all(forgotten.map(({ session }) => this.end(session)));
  }
}

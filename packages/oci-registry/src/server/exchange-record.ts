import type { IncomingMessage } from 'node:http';

import { redactTarget, type RequestLogEntry } from '../options/request-log';

/** The record of one request while it is served. */
export class ExchangeRecord {
  bytesIn = 0;
  bytesOut = 0;
  error: Error | undefined;
  private readonly startedAt = new Date();
  private readonly startedMs = performance.now();

  constructor(
    private readonly incoming: IncomingMessage,
    private readonly connection: number,
    private readonly isFault: boolean,
  ) {}

  /** The log entry, once the exchange has ended. */
  toEntry(status: number): RequestLogEntry {
    const { method = 'GET', url = '/', headers } = this.incoming;
    return {
      method,
      path: redactTarget(url),
      status,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      startedAt: this.startedAt,
      durationMs: performance.now() - this.startedMs,
      authorization: schemeOf(headers.authorization),
      userAgent: headers['user-agent'],
      connection: this.connection,
      isFault: this.isFault,
      error: this.error,
    };
  }
}

function schemeOf(authorization: string | undefined): RequestLogEntry['authorization'] {
  const scheme = authorization?.split(' ')[0]?.toLowerCase();
  if (scheme === undefined) return undefined;
  return scheme === 'basic' || scheme === 'bearer' ? scheme : 'other';
}

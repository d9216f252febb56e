/** One request and what became of it. Holds no header values and no secrets. */
export interface RequestLogEntry {
  readonly method: string;
  /** With its query, values of secret parameters replaced by `***`. */
  readonly path: string;
  /** 0 where the connection ended without an answer. */
  readonly status: number;
  /** Bytes of the body that arrived and were read. */
  readonly bytesIn: number;
  /** Bytes of the body that were sent. */
  readonly bytesOut: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** How the client said who it is. */
  readonly authorization?: 'basic' | 'bearer' | 'other';
  readonly userAgent?: string;
  /** A number for each TCP connection: requests with the same one shared it. */
  readonly connection: number;
  /** Whether a fault of `faults` decided the outcome. */
  readonly isFault: boolean;
  /** What went wrong inside the registry, or how the connection broke. */
  readonly error?: Error;
}

/** What was asked and answered, oldest first. Keeps the last 10 000 entries. */
export interface RequestLog {
  entries(): readonly RequestLogEntry[];
  clear(): void;
}

const KEPT_ENTRIES = 10_000;
const SECRET_PARAMETERS = new Set(['token', 'access_token', 'refresh_token', 'password', 'secret', 'signature', 'state']);

/** The log that the registry writes to. */
export class RecordedRequests implements RequestLog {
  private kept: RequestLogEntry[] = [];

  constructor(private readonly onRequest: (entry: RequestLogEntry) => void) {}

  add(entry: RequestLogEntry): void {
    // Cut in halves, not one by one: an array that loses its head at each request is slow.
    if (this.kept.length >= KEPT_ENTRIES * 2) this.kept = this.kept.slice(-KEPT_ENTRIES);
    this.kept.push(entry);
    this.onRequest(entry);
  }

  entries(): readonly RequestLogEntry[] {
    return this.kept.slice(-KEPT_ENTRIES);
  }

  clear(): void {
    this.kept = [];
  }
}

/** A request's target as it may be shown. */
export function redactTarget(target: string): string {
  return target.replace(/([?&])([^=&]+)=([^&]*)/g, (all, mark: string, name: string) =>
    SECRET_PARAMETERS.has(name.toLowerCase()) ? `${mark}${name}=***` : all,
  );
}

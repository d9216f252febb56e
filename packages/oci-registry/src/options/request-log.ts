/** One request and its outcome. Contains no header values and no secrets. */
export interface RequestLogEntry {
  readonly method: string;
  /** With its query, values of secret parameters replaced by `***`. */
  readonly path: string;
  /** 0 if the connection ended without an answer. */
  readonly status: number;
  /** Bytes of the body that were read. */
  readonly bytesIn: number;
  /** Bytes of the body that were sent. */
  readonly bytesOut: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** The kind of credentials of the client. */
  readonly authorization?: 'basic' | 'bearer' | 'other';
  readonly userAgent?: string;
  /** The number of the TCP connection: requests with the same number shared it. */
  readonly connection: number;
  /** Whether a fault of `faults` decided the outcome. */
  readonly isFault: boolean;
  /** An error inside the registry, or of the connection. */
  readonly error?: Error;
}

/** The log of requests, oldest first. Keeps the last 10 000 entries. */
export interface RequestLog {
  entries(): readonly RequestLogEntry[];
  clear(): void;
}

const KEPT_ENTRIES = 10_000;
const SECRET_PARAMETERS = new Set(['token', 'access_token', 'refresh_token', 'password', 'secret', 'signature', 'state']);

/** The log of a registry. */
export class RecordedRequests implements RequestLog {
  private kept: RequestLogEntry[] = [];

  constructor(private readonly onRequest: (entry: RequestLogEntry) => void) {}

  add(entry: RequestLogEntry): void {
    // In halves, not one by one: removing the first element for each request would be slow.
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

/** The target of a request without secrets. */
export function redactTarget(target: string): string {
  return target.replace(/([?&])([^=&]+)=([^&]*)/g, (all, mark: string, name: string) =>
    SECRET_PARAMETERS.has(name.toLowerCase()) ? `${mark}${name}=***` : all,
  );
}

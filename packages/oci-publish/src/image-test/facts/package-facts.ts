/** What Node reads in a package.json. */
export interface PackageFacts {
  readonly name?: string;
  readonly main?: string;
  readonly type?: 'module' | 'commonjs';
  /** As written. */
  readonly exports?: unknown;
  readonly imports?: unknown;
}

/** `undefined` for text that is not a JSON object: Node fails on it. */
export function readPackage(text: string): PackageFacts | undefined {
  const written = parse(text);
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return undefined;
  const { name, main, type, exports, imports } = written as Readonly<Record<string, unknown>>;
  return {
    ...(typeof name === 'string' && { name }),
    ...(typeof main === 'string' && { main }),
    ...((type === 'module' || type === 'commonjs') && { type }),
    ...(exports !== undefined && exports !== null && { exports }),
    ...(imports !== undefined && imports !== null && { imports }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

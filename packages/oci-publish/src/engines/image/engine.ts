import type { DeclaredOutput } from '../names/declared-output';
import type { ImageRecord } from './image-record';

/** One image to be made. */
export interface BuildJob {
  readonly project: string;
  /** Absolute. */
  readonly workspaceRoot: string;
  /** Where image, record and nothing else goes; see `imageFolder`. */
  readonly folder: string;
  /** What the tasks before this one make, as far as their `outputs` say. */
  readonly outputs?: readonly DeclaredOutput[];
  /** For the user, line by line. */
  readonly print: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** One layer of a finished image, for the summary. */
export interface LayerFact {
  /** What it was made of: `/app`, `base`. */
  readonly name: string;
  /** Compressed bytes. */
  readonly sizeBytes: number;
  /** `base` layers are named, not stored; `reused` ones were neither packed nor compressed again. */
  readonly origin: 'base' | 'reused' | 'new';
}

/** What came of a job. The record is in the job's folder as well. */
export interface BuiltImage {
  readonly record: ImageRecord;
  /** Base first; unknown where the engine keeps the image in its own store. */
  readonly layers?: readonly LayerFact[];
  /** For the user, a sentence each. */
  readonly warnings?: readonly string[];
}

/** A way to make an image out of options that are complete and checked. */
export interface ImageEngine<Options> {
  /**
   * Makes the image, and writes its record last.
   *
   * @throws OciError when options or machine do not allow it; no record is left then.
   */
  build(options: Options, job: BuildJob): Promise<BuiltImage>;
}

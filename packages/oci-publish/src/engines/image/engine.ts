import type { DeclaredOutput } from '../names/declared-output';
import type { WorkspaceImage } from '../names/workspace-image';
import type { BuildTurn } from '../tools/build-turns';
import type { ImageRecord } from './image-record';

/** One image to build. */
export interface BuildJob {
  readonly project: string;
  /** Absolute. */
  readonly workspaceRoot: string;
  /** Receives the image and its record, and nothing else; see `imageFolder`. */
  readonly folder: string;
  /** The platform of the part that is made: `linux/arm64`. Absent for a whole image. */
  readonly part?: string;
  /** Images of other projects of the workspace, built before this one if it names them. */
  readonly workspaceImages?: readonly WorkspaceImage[];
  /** The declared `outputs` of the tasks before this one. */
  readonly outputs?: readonly DeclaredOutput[];
  /** Among the builds of this process: some can be done together. */
  readonly turn?: BuildTurn;
  /** For the user, line by line. */
  readonly print: (line: string) => void;
  /** For the user, how far a long step is, every ten seconds; absent if nobody wants to see it. */
  readonly progress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** One layer of a built image, for the summary. */
export interface LayerFact {
  /** Its content: `/app`, `base`. */
  readonly name: string;
  /** Compressed bytes. */
  readonly sizeBytes: number;
  /** `base` layers are named, not stored; `reused` ones were not packed and compressed again. */
  readonly origin: 'base' | 'reused' | 'new';
}

/** The result of a job. The record is also in the job's folder. */
export interface BuiltImage {
  readonly record: ImageRecord;
  /** Base first; unknown if the engine keeps the image in its own store. */
  readonly layers?: readonly LayerFact[];
  /** For the user, one sentence each. */
  readonly warnings?: readonly string[];
}

/** Builds an image from complete and checked options. */
export interface ImageEngine<Options> {
  /**
   * Builds the image, and writes its record last.
   *
   * @throws OciError when options or machine do not allow it; then there is no record.
   */
  build(options: Options, job: BuildJob): Promise<BuiltImage>;
}

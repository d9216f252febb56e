import { type ImageInputs } from '../engines/inputs/inputs-record';
import { type DeclaredOutput } from '../engines/names/declared-output';
import { type ExpectedPart } from '../engines/names/expected-part';
import { type MisledTargets } from '../engines/parts/find-parts';
import { type WorkspaceImage } from '../engines/names/workspace-image';

/** One image to build. */
export interface RequestedImage {
  readonly project: string;
  /** Absolute. */
  readonly projectRoot: string;
  /** As written. */
  readonly options: unknown;
  /** The task of Nx, for messages: `api:image`. */
  readonly task?: string;
  /** The parts that other tasks make of it; needed only if `options` say so. */
  readonly parts?: readonly ExpectedPart[];
  /** The targets that wait for this one although it only checks the parts. */
  readonly misled?: MisledTargets;
  /** Images of the workspace that are built before this one if it names them, and that it then uses as built. */
  readonly workspaceImages?: readonly WorkspaceImage[];
  /** The outputs of the tasks before it. */
  readonly outputs?: readonly DeclaredOutput[];
  /** What those tasks and this one read; recorded for the publish if given. */
  readonly inputs?: RequestedInputs;
  /** Whether nothing of this run is published, as in a dry run: the image may be built without its secrets. */
  readonly isTrial?: boolean;
  /** For the builder's own output, line by line. */
  readonly print: (line: string) => void;
  /** For how far a long step is, every ten seconds; absent if nobody wants to see it. */
  readonly progress?: ((line: string) => void) | undefined;
}

export interface RequestedInputs extends ImageInputs {
  /** Tasks before the image that are not part of this run: `api:build`. */
  readonly notRun: readonly string[];
}

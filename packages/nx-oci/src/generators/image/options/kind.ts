import { type ProjectConfiguration, type TargetConfiguration, type Tree } from '@nx/devkit';

import { type NormalizedPluginOptions } from '../../../inference/plugin-options';
import { type ImageSource } from '../../../inference/targets-for';
import { type ResolvedProjects } from '../../resolved-projects';
import { type ImageOptions } from './image-options';

/** A project that gets an image, and what is known of it. */
export interface App {
  readonly tree: Tree;
  readonly name: string;
  /** With the targets that plugins infer, where the graph is known. */
  readonly project: ProjectConfiguration;
  readonly resolved: ResolvedProjects | undefined;
  readonly plugin: NormalizedPluginOptions;
  readonly options: ImageOptions;
}

/** What a kind writes. */
export interface ImagePlan {
  readonly source: ImageSource;
  /** Targets besides those that build and publish the image. */
  readonly targets?: Readonly<Record<string, TargetConfiguration>>;
  /** What was found and chosen, a line each. */
  readonly notes: readonly string[];
  /** Changes other files of the workspace. @returns whether the package manager has to install afterwards */
  readonly prepare?: () => boolean;
}

/** A way to make an image of a project: one file here, one line in the list of kinds. */
export interface Kind {
  readonly name: string;
  /** Whether a project is of this kind, as the sign of it; undefined where nothing says so. */
  readonly detect: (app: App) => string | undefined;
  /** @throws OciError `OPTIONS_INVALID` with everything that is wrong */
  readonly plan: (app: App) => ImagePlan | Promise<ImagePlan>;
}

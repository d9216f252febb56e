import { type ProjectConfiguration, type TargetConfiguration, type Tree } from '@nx/devkit';

import { type NormalizedPluginOptions } from '../../../inference/plugin-options';
import { type ImageSource } from '../../../inference/targets-for';
import { type ResolvedProjects } from '../../resolved-projects';
import { type ImageOptions } from './image-options';

/** A project that gets an image, and what is known about it. */
export interface App {
  readonly tree: Tree;
  readonly name: string;
  /** With the targets that plugins infer, if the graph is known. */
  readonly project: ProjectConfiguration;
  readonly resolved: ResolvedProjects | undefined;
  readonly plugin: NormalizedPluginOptions;
  readonly options: ImageOptions;
}

/** The result of a kind. */
export interface ImagePlan {
  readonly source: ImageSource;
  /** Targets besides those that build and publish the image. */
  readonly targets?: Readonly<Record<string, TargetConfiguration>>;
  /** What was detected and chosen, one line each. */
  readonly notes: readonly string[];
  /** Changes other files of the workspace. @returns whether the package manager must install afterwards */
  readonly prepare?: () => boolean;
}

/** A way to make an image of a project. To add one: one file here, one line in the list of kinds. */
export interface Kind {
  readonly name: string;
  /** Detects whether a project is of this kind. @returns the sign, or undefined */
  readonly detect: (app: App) => string | undefined;
  /** A weaker sign, which counts if no kind has a stronger one. */
  readonly detectLast?: (app: App) => string | undefined;
  /** @throws OciError `OPTIONS_INVALID` with all problems */
  readonly plan: (app: App) => ImagePlan | Promise<ImagePlan>;
}

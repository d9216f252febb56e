import {
  type BuiltTags,
  describeSource,
  explainTag,
  findRelease,
  isReleaseVersion,
  type Released,
  type ReleasePattern,
} from '@nx-oci/publish';

import { type VersionData } from './version-data';

/** Whether a release publishes an image. */
export type ReleaseDecision =
  | { readonly kind: 'publish'; readonly released: Released }
  | { readonly kind: 'skip'; readonly reason: string }
  /** CI and the checkout disagree about what is released. */
  | { readonly kind: 'problem'; readonly problem: string };

/** All clues for a release. */
export interface ReleaseClues {
  readonly project: string;
  /** `--release`. */
  readonly asked?: string;
  /** From the same run of `nx release`; absent if the version was made earlier. */
  readonly versionData?: VersionData;
  readonly builtTags: BuiltTags;
  /** Of the project's release tags. */
  readonly patterns: readonly ReleasePattern[];
  /** Whether nx.json has `release.docker`, so that a git tag may contain something else than a semantic version. */
  readonly hasDockerVersions: boolean;
  /** `--first-release`: the version on disk counts if nothing else is known, as in `nx release version`. */
  readonly isFirstRelease: boolean;
  /** In the project's package.json. */
  readonly projectVersion?: string;
}

/**
 * Decides whether a project has something to release, and its version. Pure: every process of a run gets the same result.
 *
 * A project without a new version is skipped, which is not a failure: `nx release publish` runs for all projects of a group.
 */
export function decideRelease(clues: ReleaseClues): ReleaseDecision {
  const { project, asked, versionData, builtTags, patterns, hasDockerVersions } = clues;
  if (asked !== undefined) return publish({ version: asked, reason: '--release' });
  if (versionData !== undefined) return decideByData(versionData[project], project);
  if (builtTags.contradiction !== undefined) return { kind: 'problem', problem: `${project}: ${builtTags.contradiction}.` };
  const tagged = findRelease({ builtTags, patterns });
  const imageTag = hasDockerVersions ? findImageTag(clues) : undefined;
  if (tagged !== undefined || imageTag !== undefined)
    return publish({ version: tagged?.release, imageTag, reason: describeSource(builtTags) });
  const onDisk = versionOnDisk(clues);
  if (onDisk !== undefined) return publish({ version: onDisk, reason: "first release, the project's package.json" });
  return { kind: 'skip', reason: explainNoTag(clues) };
}

function explainNoTag({ project, builtTags, patterns }: ReleaseClues): string {
  const passedOver = builtTags.names.map((tag) => explainTag(tag, { patterns, projectName: project })).find((one) => one !== undefined);
  const forms = patterns.map(({ text }) => text).join(' or ');
  if (passedOver !== undefined) return `the ${describeSource(builtTags)} ${passedOver.tag} does not release ${project}: ${passedOver.why}`;
  if (builtTags.namedBy !== undefined)
    return `the ${describeSource(builtTags)}, ${builtTags.names.join(', ')}, does not release ${project} (${forms})`;
  if (builtTags.pullRequest !== undefined)
    return `${builtTags.pullRequest} does not release ${project}: pass --release=1.2.3 to release it`;
  return `no git tag at HEAD releases ${project} (${forms}). Run this at the commit that \`nx release\` tagged, or pass --release=1.2.3`;
}

function publish(released: Released): ReleaseDecision {
  return { kind: 'publish', released };
}

function decideByData(data: VersionData[string] | undefined, project: string): ReleaseDecision {
  const version = data?.newVersion ?? undefined;
  const imageTag = data?.dockerVersion ?? undefined;
  if (version === undefined && imageTag === undefined) {
    return { kind: 'skip', reason: `nx release gave ${project} no new version` };
  }
  return publish({ version, imageTag: imageTag === version ? undefined : imageTag, reason: 'nx release' });
}

/** The name that @nx/docker gave this commit; the last of several, since its schemes begin with the date. */
function findImageTag({ builtTags, patterns }: ReleaseClues): string | undefined {
  const texts = patterns.flatMap(({ textOf }) => builtTags.names.flatMap((tag) => textOf(tag) ?? []));
  return texts
    .filter((text) => !isReleaseVersion(text))
    .sort()
    .at(-1);
}

// A package without a version has 0.0.0.
function versionOnDisk({ isFirstRelease, projectVersion }: ReleaseClues): string | undefined {
  const isVersion = projectVersion !== undefined && isReleaseVersion(projectVersion) && projectVersion !== '0.0.0';
  return isFirstRelease && isVersion ? projectVersion : undefined;
}

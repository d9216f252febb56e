import { existsSync } from 'node:fs';
import path from 'node:path';

import { type Tree } from '@nx/devkit';
import { DOTENV_FILE, IMAGES_FOLDER } from '@nx-oci/publish';
import { isAlias, isScalar, isSeq, parseAllDocuments, type Document } from 'yaml';

import { renderTemplate } from '../../nx/render-template';
import { actionsText, scriptText, shell, yaml } from './escape';
import { toRepository } from './pipeline/find-folder';
import { type Pipeline } from './pipeline/pipeline';
import { doTagsNameProject, escapeFilter, toGitHubFilter, toGitLabPattern } from './pipeline/release-tags';

// Templates are not compiled: the built package has them in its sources, beside schema.json.
const TEMPLATES = 'src/generators/ci/files';

/** Renders the pipeline that publishes what changed. */
export function renderPipeline(tree: Tree, pipeline: Pipeline): string {
  const { provider, branch, releases, targets, folder, packageManager, images, parts } = pipeline;
  const { name: manager, lockFile } = packageManager;
  const values = {
    ...pipeline,
    ...packageManager,
    manager,
    targets: [...(parts?.testTargets ?? []), ...targets].join(','),
    jobs: parts?.jobs ?? [],
    others: parts?.otherTargets ?? [],
    partProjects: parts?.projects ?? [],
    flags: parts === undefined ? '' : ' --excludeTaskDependencies',
    branchFilter: escapeFilter(branch),
    tagFilters: releases.map(toGitHubFilter),
    tagPatterns: releases.map(toGitLabPattern),
    doTagsNameProject: doTagsNameProject(releases),
    hasCache: lockFile !== undefined && manager !== 'bun',
    usesDocker: images.some(({ engine }) => engine === 'docker'),
    stage: chooseStage(tree.read(mainFile(pipeline), 'utf8') ?? ''),
    dotenvFile: DOTENV_FILE,
    imagesFolder: IMAGES_FOLDER,
    inFolder: (file: string) => path.posix.join(folder, file),
    comment: (texts: readonly string[]) => texts.join(', ').replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' '),
    text: actionsText,
    yaml,
    shell,
    script: scriptText,
  };
  return renderTemplate(
    path.join(packageFolder(__dirname), TEMPLATES, pipeline.nightly === undefined ? provider : `${provider}-nightly`),
    values,
    tree.root,
  );
}

/** The file that GitLab reads, relative to the workspace root. */
export function mainFile({ folder }: Pick<Pipeline, 'folder'>): string {
  return `${toRepository(folder)}.gitlab-ci.yml`;
}

/** A job must be in an existing stage: one of `stages`, else one of GitLab's own. */
function chooseStage(text: string): string {
  // In GitLab, a header may precede the document with the jobs.
  const document: Document | undefined = [...parseAllDocuments(text, { logLevel: 'silent' })].at(-1);
  const names = document === undefined ? [] : listStages(document);
  return ['publish', 'release', 'deploy'].find((name) => names.includes(name)) ?? names.at(-1) ?? 'deploy';
}

/** Only those written in the file itself: `!reference` may refer to anything. */
function listStages(document: Document): readonly string[] {
  const follow = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  const stages = follow(document.get('stages', true));
  if (!isSeq(stages) || stages.tag === '!reference') return [];
  return stages.items.flatMap((item) => {
    const stage = follow(item);
    return isScalar(stage) && typeof stage.value === 'string' ? [stage.value] : [];
  });
}

/** Sources and bundle are at different depths in this package. */
function packageFolder(folder: string): string {
  const above = path.dirname(folder);
  return above === folder || existsSync(path.join(folder, 'package.json')) ? folder : packageFolder(above);
}

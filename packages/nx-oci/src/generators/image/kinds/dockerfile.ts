import { describeContext } from '../../../dockerfile-context/resolve-dockerfile';
import { type DockerfileSource } from '../../../inference/targets-for';
import { TEST_EXECUTOR } from '../../../nx/executor-names';
import { findPackageManager } from '../../find-package-manager';
import { openContextHint } from '../sources/ask-context';
import { readText } from '../project/build-of';
import { chooseSource } from '../sources/choose-source';
import { chooseStage } from '../sources/choose-stage';
import { findDockerfile, usualDockerfile } from '../sources/find-dockerfile';
import { type App, type Kind } from '../options/kind';

/** A Dockerfile or Containerfile of the project. */
export const dockerfile: Kind = {
  name: 'dockerfile',
  detect: (app) => {
    const { engine, dockerfile: named } = app.options;
    if (named !== undefined) return '--dockerfile';
    if (engine === 'native') return undefined;
    if (engine !== undefined) return `--engine=${engine}`;
    return usualDockerfile(app);
  },
  // `Dockerfile.dev` beside a service usually does not describe its image.
  detectLast: (app) => {
    const { file, problem } = findDockerfile(app);
    return app.options.engine === 'native' ? undefined : (file ?? (problem === undefined ? undefined : 'its Dockerfiles'));
  },
  plan: async (app) => {
    const { tree, name, project, resolved, plugin, options } = app;
    const engine = options.engine ?? plugin.dockerfileEngine;
    const { file } = findDockerfile(app);
    const chosen = await chooseStage(file === undefined ? '' : (readText(tree, file) ?? ''), options);
    const source = await chooseSource(tree, { name, project }, { ...options, engine }, { plugin, resolved, chosen });
    return {
      source,
      notes: 'dockerfile' in source ? [describeChoice(source, app), ...chosen.notes, ...(source.warnings ?? []), ...testNotes(app)] : [],
    };
  },
};

function describeChoice({ dockerfile: file, context }: DockerfileSource, { tree, name }: App): string {
  if (context.isCertain) return `${file} is built ${describeContext(context)}.`;
  return openContextHint(context, `${findPackageManager(tree).exec} nx g nx-oci:image ${name}`);
}

/** A Dockerfile may build an image that does not start, as it lacks a package: before the publish, only a test shows that. */
function testNotes({ tree, name, project, options, plugin }: App): readonly string[] {
  const isTested =
    options.test === true || plugin.test || Object.values(project.targets ?? {}).some(({ executor }) => executor === TEST_EXECUTOR);
  if (isTested) return [];
  return [`Nothing tests this image before it is published. For a test: ${findPackageManager(tree).exec} nx g nx-oci:image ${name} --test`];
}

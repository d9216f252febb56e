import { type ExecutorContext } from '@nx/devkit';
import { OciError } from '@nx-oci/model';
import { describeError, print, printLines, serveImage, type ServedImage, type ServeImageOptions } from '@nx-oci/publish';

import { withParts } from '../../image-inputs/image-parts';
import { graphOf } from '../../image-inputs/workspace-graph';
import { readRunPid } from '../../nx-run/run-pid';
import { restoreTexts } from '../restore-texts';
import { untilEnd } from '../serve/until-end';

/** `nx-oci:run`: the image of a project in Docker or podman, as a continuous task that others depend on. */
export default async function* runExecutor(options: ServeImageOptions, context: ExecutorContext): AsyncGenerator<{ success: boolean }> {
  const { root: workspaceRoot, projectName: project = '', targetName: target = '', taskGraph } = context;
  const starting = new AbortController();
  const end = untilEnd().then(() => {
    starting.abort();
    return 'stopped' as const;
  });
  let served: ServedImage | undefined;
  try {
    const parts = withParts(graphOf(context), { project, target });
    const asked = {
      project,
      ...parts,
      options: restoreTexts(options, taskGraph),
      workspaceRoot,
      env: process.env,
      onLine: printLines,
      runPid: readRunPid(),
    };
    served = await serveImage({ ...asked, signal: starting.signal });
    print(served.description);
    const first = await Promise.race([end, served.ended, served.ready.then((answer) => ({ answer }))]);
    if (typeof first === 'object') {
      if (first.answer !== undefined) throw notReady(project, first.answer);
      yield { success: true };
    }
    const last = typeof first === 'object' ? await Promise.race([end, served.ended]) : first;
    if (typeof last === 'number') print(`${project} ended by itself, with exit code ${last}.`);
    yield { success: last === 'stopped' || last === 0 };
  } catch (error) {
    print(describeError(error));
    yield { success: false };
  } finally {
    await served?.stop();
  }
}

function notReady(project: string, answer: string): OciError {
  return new OciError('ENGINE_FAILED', `The image of ${project} runs, but is not ready: ${answer}.`, {
    hint: 'Let it listen on 0.0.0.0 at that port, correct `http`, or give it more time with `startSeconds`.',
  });
}

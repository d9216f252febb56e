import { type ProjectConfiguration } from '@nx/devkit';
import { createImageTester, describePlatform, type ImageTester, type UntaggedImage } from '@nx-oci/publish';

import { TEST_EXECUTOR } from '../../nx/executor-names';
import { targetOptions } from '../../nx-run/target-options';

export interface RebaseTester {
  /** Runs the test targets of the image's project. @throws OciError `IMAGE_FAULTY` */
  test(image: UntaggedImage): Promise<void>;
  close(): Promise<void>;
}

export interface TesterContext {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly projects: Readonly<Record<string, ProjectConfiguration>>;
  readonly signal: AbortSignal;
  readonly print: (text: string) => void;
}

/** Tests images on their new bases as their projects test what they build. */
export function createRebaseTester({ workspaceRoot, env, projects, signal, print }: TesterContext): RebaseTester {
  const tester: ImageTester = createImageTester({ workspaceRoot, env, signal });
  return {
    async test({ project, digest, platforms, source }) {
      const opened = {
        project,
        digest,
        platforms: platforms.map(({ manifest, config }) => describePlatform(manifest, config, 'linux/amd64')),
        source,
      };
      const targets = Object.values(projects[project]?.targets ?? {}).filter(({ executor }) => executor === TEST_EXECUTOR);
      for (const target of targets) print(await tester.testOpened(opened, targetOptions(target)));
    },
    close: () => tester.close(),
  };
}

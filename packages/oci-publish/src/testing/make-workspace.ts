import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { parsePlatform } from '@nx-oci/model';

import { createNativeEngine } from '../engines/native/native-engine';
import { imageFolder } from '../engines/names/image-folder';

/** A workspace with a real git repository in a temporary folder, for specs. */
export interface TestWorkspace {
  readonly root: string;
  git(...args: string[]): string;
  write(file: string, text: string): void;
  /** Commits everything and resolves to the full id. */
  commit(message: string): string;
  /** Builds a real image layout of one file for a project, as `nx-oci:build` does. */
  buildImage(project: string, content: string): Promise<void>;
  remove(): void;
}

export function makeWorkspace(): TestWorkspace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-workspace-')));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  git('init', '-qb', 'main');
  write('.gitignore', 'dist\ncache\n.nx\nnode_modules\n');
  return {
    root,
    git,
    write,
    commit: (message) => {
      git('add', '.');
      git('commit', '-q', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
    buildImage: async (project, content) => {
      write(`dist/app/${project}/main.txt`, content);
      const engine = createNativeEngine({ openRepository: failToOpen, layerCache: join(root, 'cache') });
      const sources = [{ from: join(root, 'dist/app', project), to: '/app' }];
      await engine.build(
        {
          base: { kind: 'scratch' },
          layers: [{ name: '/app', sources }],
          platform: parsePlatform('linux/amd64'),
          config: {},
          labels: {},
          annotations: {},
        },
        { project, workspaceRoot: root, folder: imageFolder(root, project), print: () => undefined },
      );
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function failToOpen(): never {
  throw new Error('an image FROM scratch asks no registry');
}

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
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
  const git = (...args: string[]) => runGit(root, args);
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  cpSync(emptyRepository(), join(root, '.git'), { recursive: true });
  write('.gitignore', 'dist\ncache\n.nx\nnode_modules\n');
  return {
    root,
    git,
    write,
    commit: (message) => {
      git('add', '.');
      git('commit', '-q', '--allow-empty', '-m', message);
      return readHead(root);
    },
    buildImage: async (project, content) => {
      write(`dist/app/${project}/main.txt`, content);
      const engine = createNativeEngine({ openRepository: failToOpen, layerCache: join(root, 'cache') });
      const sources = [{ from: join(root, 'dist/app', project), to: '/app' }];
      await engine.build(
        {
          base: { kind: 'scratch' },
          platforms: [{ platform: parsePlatform('linux/amd64'), layers: [{ name: '/app', sources }] }],
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

let made: string | undefined;
afterAll(() => {
  if (made !== undefined) rmSync(made, { recursive: true, force: true });
});

/** The result of `git init`, shared by all workspaces of a spec file. */
function emptyRepository(): string {
  if (made === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'nx-oci-repository-'));
    runGit(folder, ['init', '-qb', 'main', '--template=']);
    made = folder;
  }
  return join(made, '.git');
}

function runGit(cwd: string, args: readonly string[]): string {
  // Maintenance after each commit would start one more process, for a repository that exists for a second.
  const settings = ['user.name=t', 'user.email=t@example.com', 'maintenance.auto=false', 'gc.auto=0'];
  const words = [...settings.flatMap((setting) => ['-c', setting]), ...args];
  return execFileSync('git', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** The last commit: its id is in a separate file. */
function readHead(root: string): string {
  const read = (file: string) => readFileSync(join(root, '.git', file), 'utf8').trim();
  const head = read('HEAD');
  return head.startsWith('ref: ') ? read(head.slice('ref: '.length)) : head;
}

function failToOpen(): never {
  throw new Error('an image FROM scratch asks no registry');
}

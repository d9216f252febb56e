import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { changesReader } from './changes-since';
import { readGitFacts } from './read-git-facts';

describe('git under the settings of a user', () => {
  let workspace: TestWorkspace;
  const before = { ...process.env };

  beforeEach(() => {
    workspace = makeWorkspace();
    workspace.write('näme.txt', '1');
    workspace.commit('first');
    workspace.git('tag', 'v1.2.3');
    workspace.git('remote', 'add', 'origin', 'git@github.com:acme/shop.git');
  });

  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name);
    workspace.remove();
  });

  const read = async () => {
    const { commit, branch, isDirty, changedFiles, builtTags, sourceUrl, commitTime } = await readGitFacts({
      folder: workspace.root,
      env: {},
    });
    const changes = await changesReader(workspace.root, commit)(commit, 'ours');
    return { commit, branch, isDirty, changedFiles, builtTags, sourceUrl, commitTime, changes };
  };

  it('gives the same output as without settings', async () => {
    workspace.write('näme.txt', '2');
    workspace.write('new.txt', '');
    const plain = await read();
    expect(plain.changes).toMatchObject({ files: ['näme.txt', 'new.txt'] });
    const liar = join(workspace.root, '.git/liar.sh');
    writeFileSync(liar, '#!/bin/sh\necho lie\n');
    chmodSync(liar, 0o755);
    const settings = {
      'log.showSignature': 'true',
      'gpg.program': liar,
      'color.ui': 'always',
      'core.quotePath': 'true',
      'core.pager': liar,
      'pager.status': liar,
      'core.fsmonitor': liar,
      'status.short': 'true',
      'status.showStash': 'true',
      'status.showUntrackedFiles': 'no',
      'status.relativePaths': 'true',
      'diff.external': liar,
      'diff.noprefix': 'true',
      'diff.relative': 'true',
      'diff.ignoreSubmodules': 'all',
      'alias.status': 'log',
    };
    for (const [name, value] of Object.entries(settings)) workspace.git('config', name, value);
    expect(await read()).toEqual(plain);
  });

  it('gives the same output in a git hook and with its own variables', async () => {
    const plain = await read();
    Object.assign(process.env, {
      GIT_DIR: '/nowhere/.git',
      GIT_INDEX_FILE: '/nowhere/index',
      GIT_TRACE: '1',
      GIT_PAGER: 'false',
      GIT_EXTERNAL_DIFF: 'false',
      GIT_GLOB_PATHSPECS: '1',
      GIT_DEFAULT_HASH: 'sha256',
    });
    expect(await read()).toEqual(plain);
  });

  it('keeps settings that a CI job sets in its environment, such as trusted folders', async () => {
    const GIT_CONFIG_KEY_0 = 'url.git@gitlab.com:.insteadOf';
    Object.assign(process.env, { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0, GIT_CONFIG_VALUE_0: 'git@github.com:' });
    expect((await read()).sourceUrl).toBe('https://gitlab.com/acme/shop');
  });

  it('prefers the address of CI to that of the remote', async () => {
    const env = { GITLAB_CI: 'true', CI_PROJECT_URL: 'https://gitlab.corp/team/shop' };
    expect((await readGitFacts({ folder: workspace.root, env })).sourceUrl).toBe('https://gitlab.corp/team/shop');
  });
});

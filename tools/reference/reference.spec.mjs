/* global it, expect, __dirname */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(__dirname, 'main.mjs');

it('docs/reference is what the schemas, the code and `--help` say: npm run reference', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, '--check'], { encoding: 'utf8' });
  expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: expect.stringMatching(/^Looked at (?:9|1\d) pages/) });
}, 300_000);

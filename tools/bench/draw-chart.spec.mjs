/* global it, expect, __dirname */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

it('the chart shows the numbers of the benchmarks: node tools/bench/draw-chart.mjs', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(__dirname, 'draw-chart.mjs'), '--check'], { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '3 scenarios, 6 clients\n', stderr: '' });
});

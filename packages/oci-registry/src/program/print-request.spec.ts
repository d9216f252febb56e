import { HELP } from './help';
import { printRequest } from './print-request';

it('prints a request without control characters, whatever its path has', () => {
  const entry = {
    startedAt: new Date(0),
    method: 'GET',
    path: '/v2/\u009b2J\u001b[31m\u202e/tags/list',
    status: 404,
    connection: 1,
    isFault: false,
  };
  expect(printRequest({ ...entry, bytesIn: 0, bytesOut: 12, durationMs: 1.4 })).toBe(
    '00:00:00.000 404 GET /v2/%C2%9B2J%1B[31m%E2%80%AE/tags/list (0 bytes in, 12 out, 1 ms)',
  );
});

it('has a help that fits 80 columns', () => {
  expect(HELP.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

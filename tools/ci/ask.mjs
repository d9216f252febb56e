import { request } from 'node:http';

/**
 * One plain HTTP request to one of our servers. No answer counts as status 0.
 *
 * @param {{ socketPath: string } | { host: string, port: number }} where
 * @param {string} path
 * @param {{ method?: string, username?: string, password?: string }} [options]
 * @returns {Promise<{ status: number, text: string }>}
 */
export function ask(where, path, { method = 'GET', username, password } = {}) {
  const auth = username === undefined ? undefined : `${username}:${password}`;
  return new Promise((resolve) => {
    const noAnswer = () => resolve({ status: 0, text: '' });
    const call = request({ ...where, path, method, auth, timeout: 10_000, agent: false }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', noAnswer);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    call.on('timeout', () => call.destroy(new Error('no answer in time')));
    call.on('error', noAnswer);
    call.end();
  });
}

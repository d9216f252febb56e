const RATE_LIMITED = 4;
const UNAVAILABLE = 9;
const RESET_AFTER_BYTES = 1024 * 1024;

/**
 * Failures of one registry, the same for every client: of the requests with a token, the fourth gets a 429 with `Retry-After: 3`,
 * the ninth a 503, and the first large body is cut off after 1 MiB. Each happens once.
 */
export class Failures {
  #seen = 0;
  #isResetDone = false;

  /**
   * @param {import('node:http').IncomingMessage} incoming
   * @param {import('node:http').ServerResponse} outgoing
   * @returns {boolean} whether this request was answered
   */
  strike(incoming, outgoing) {
    this.#seen++;
    if (this.#seen === RATE_LIMITED) return refuse(incoming, outgoing.setHeader('retry-after', '3'), 429);
    if (this.#seen === UNAVAILABLE) return refuse(incoming, outgoing, 503);
    const isUpload = incoming.method === 'PUT' || incoming.method === 'PATCH';
    if (this.#isResetDone || !isUpload) return false;
    this.#resetAmid(incoming);
    return false;
  }

  #resetAmid(incoming) {
    let bytes = 0;
    incoming.on('data', (chunk) => {
      bytes += chunk.length;
      if (this.#isResetDone || bytes < RESET_AFTER_BYTES) return;
      this.#isResetDone = true;
      incoming.socket.resetAndDestroy();
    });
  }
}

function refuse(incoming, outgoing, status) {
  incoming.resume();
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [] }));
  return true;
}

import type { Server } from 'node:http';

import { OciError } from '@nx-oci/model';

/** Binds a server. @throws OciError `PORT_IN_USE`, or `OPTIONS_INVALID` for an address of another machine. */
export function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, port, host)));
    server.listen(port, host, () => resolve());
  });
}

function explain(cause: NodeJS.ErrnoException, port: number, host: string): OciError {
  if (cause.code === 'EADDRINUSE') {
    return new OciError('PORT_IN_USE', `Cannot start the registry on ${host}:${port}: another program listens there.`, {
      hint: 'Stop that program (it may be another registry), or choose another port; port 0 uses any free one.',
      cause,
    });
  }
  const hints: Readonly<Record<string, string>> = {
    EACCES: 'Ports below 1024 require administrator rights: choose a higher one.',
    EADDRNOTAVAIL: 'Name an address of this machine: 127.0.0.1 for this machine alone, 0.0.0.0 for the whole network.',
    ENOTFOUND: 'Name an address of this machine: 127.0.0.1 for this machine alone, 0.0.0.0 for the whole network.',
  };
  return new OciError('OPTIONS_INVALID', `Cannot start the registry on ${host}:${port}: ${cause.message}.`, {
    hint: hints[cause.code ?? ''] ?? 'Choose another address or port.',
    cause,
  });
}

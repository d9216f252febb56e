import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { closeAfterEach } from './close-after-each';
import { type MadeCertificate } from './make-certificate';
import { type TokenServer } from './token-service';

/** A `distribution` server of one spec, with its own configuration. */
export interface RealRegistry {
  /** `127.0.0.1:41234` */
  readonly host: string;
  close(): Promise<void>;
}

export interface RealRegistryTls {
  readonly certificate: MadeCertificate;
  /** PEM; clients need a certificate of this authority. */
  readonly clientAuthority?: string;
  /** The token service that it trusts. Default: no login. */
  readonly tokens?: Pick<TokenServer, 'settings' | 'keys'>;
}

/** @param program path of `distribution` 3. */
export async function startRealRegistry(program: string, { certificate, clientAuthority, tokens }: RealRegistryTls): Promise<RealRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'distribution-tls-'));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const tls = {
    certificate: write('server.pem', certificate.cert),
    key: write('server-key.pem', certificate.key),
    ...(clientAuthority !== undefined && { clientcas: [write('clients.pem', clientAuthority)] }),
  };
  const configuration = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: '127.0.0.1:0', secret: 'of this spec', tls },
    ...(tokens && { auth: { token: { ...tokens.settings, jwks: write('keys.json', tokens.keys) } } }),
  };
  // JSON is YAML.
  const file = write('config.yml', JSON.stringify(configuration));
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' };
  const server = spawn(program, ['serve', file], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const close = async (): Promise<void> => {
    await endProcess(server);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return closeAfterEach({ host: await readHost(server), close });
  } catch (error) {
    await close();
    throw error;
  }
}

/** distribution writes its port to its log. */
async function readHost(server: ChildProcess & { readonly stderr: NodeJS.ReadableStream }): Promise<string> {
  const lines: string[] = [];
  // Read to the end: a full pipe would block the server.
  const log = createInterface({ input: server.stderr });
  return new Promise((resolve, reject) => {
    log.on('line', (line) => {
      lines.push(line);
      const host = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (host !== undefined) resolve(host);
    });
    log.on('close', () => reject(new Error(`distribution did not start:\n${lines.join('\n')}`)));
    server.on('error', reject);
  });
}

async function endProcess(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return;
  const ended = once(server, 'exit');
  server.kill();
  await ended;
}

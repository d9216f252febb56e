import { spawn } from 'node:child_process';

import { knownSecrets, OciError } from '@nx-oci/model';

import { BOUNDS } from '../transport/bounds';
import { sanitizeText } from '../transport/redact';
import { type Credential, hideCredential } from './credential';

/** What a helper needs from outside. */
export interface HelperSurroundings {
  /** Its PATH finds the program; the program finds its own settings there. */
  readonly env: NodeJS.ProcessEnv;
  /** Default: a minute. */
  readonly timeoutMs?: number;
}

// A cloud's own command line takes seconds; one that waits for a person must not wait forever.
const TIMEOUT_MS = BOUNDS.helperMs;
const MAX_OUTPUT_BYTES = 65_536;

// The text by which a helper says "I know nothing", in all implementations.
// See https://github.com/docker/docker-credential-helpers/blob/v0.9.3/credentials/error.go
const NOT_FOUND = /credentials not found in native keychain/;

/**
 * Asks `docker-credential-NAME get` for a server.
 *
 * @param name from a configuration file: it becomes part of a program's name, so it may not be a path.
 * @param server as `docker login` stored it.
 * @returns `undefined` when the helper knows nothing about this server.
 * @throws OciError `CREDENTIAL_HELPER_FAILED`; never with what the helper printed to its standard output.
 */
export async function askHelper(name: string, server: string, surroundings: HelperSurroundings): Promise<Credential | undefined> {
  const program = `docker-credential-${name}`;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    throw new OciError('CREDENTIAL_HELPER_FAILED', `"${sanitizeText(program, 80)}" is not the name of a credential helper.`, {
      hint: 'credHelpers and credsStore hold plain names such as "pass" or "ecr-login", never a path.',
    });
  }
  const { exitCode, stdout, stderr } = await runProgram(program, server, surroundings);
  hidePrinted(stdout);
  hidePrinted(stderr);
  if (exitCode === 0) return parseAnswer(stdout, program);
  if (NOT_FOUND.test(stdout) || NOT_FOUND.test(stderr)) return undefined;
  const said = sanitizeText(stderr);
  throw failed(`${program} failed for ${sanitizeText(server, 200)} (exit code ${exitCode})${said === '' ? '' : `: ${said}`}`);
}

/** Whether it failed or not, and also where that is not whole JSON. */
function hidePrinted(output: string): void {
  for (const [, secret = ''] of output.matchAll(/"Secret"\s*:\s*"((?:[^"\\]|\\.)*)"/g)) knownSecrets().add(unescape(secret));
}

function unescape(json: string): string {
  try {
    return String(JSON.parse(`"${json}"`));
  } catch {
    // Half of JSON: as it stands there.
    return json;
  }
}

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function runProgram(program: string, input: string, { env, timeoutMs = TIMEOUT_MS }: HelperSurroundings): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // Not `timeout`: its timer outlives a program that could not be started, and holds up the end of ours.
    const signal = AbortSignal.timeout(timeoutMs);
    const child = spawn(program, ['get'], { env, stdio: 'pipe', signal, killSignal: 'SIGKILL', windowsHide: true });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
        if (output[stream].length > MAX_OUTPUT_BYTES) child.kill('SIGKILL');
      });
    }
    child.on('error', (error) => {
      reject(
        signal.aborted
          ? failed(`${program} did not answer within ${timeoutMs / 1000} s`)
          : failed(`${program} could not be started`, error),
      );
    });
    child.on('close', (code) => {
      if (code !== null) resolve({ exitCode: code, ...output });
      else reject(failed(`${program} was stopped; if not by somebody else, it printed too much`));
    });
    // A helper that does not read its input is told apart by its exit code.
    child.stdin.on('error', () => undefined).end(input);
  });
}

function parseAnswer(stdout: string, program: string): Credential | undefined {
  const { Username: username, Secret: secret } = parseObject(stdout, program);
  if (typeof username !== 'string' || typeof secret !== 'string') throw failed(`${program} answered without "Username" and "Secret"`);
  // Some helpers say "nothing" with empty fields.
  if (secret === '') return undefined;
  const credential: Credential =
    username === '<token>' ? { kind: 'identity-token', token: secret } : { kind: 'basic', username, password: secret };
  hideCredential(credential);
  return credential;
}

function parseObject(stdout: string, program: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(stdout);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // The parser's message would quote the output, which may hold the secret.
  }
  throw failed(`${program} answered with something that is not a JSON object`);
}

function failed(what: string, cause?: unknown): OciError {
  return new OciError('CREDENTIAL_HELPER_FAILED', `${what}.`, {
    hint: 'Run it by hand (`echo HOST | docker-credential-NAME get`), install it, or remove it from Docker’s config.json.',
    cause,
  });
}

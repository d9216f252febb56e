import { spawn } from 'node:child_process';

import { knownSecrets, OciError } from '@nx-oci/model';

import { BOUNDS } from '../transport/bounds';
import { sanitizeText } from '../transport/redact';
import { type Credential, hideCredential } from './credential';

/** The environment of a helper. */
export interface HelperEnvironment {
  /** PATH locates the helper, which reads its own settings from here. */
  readonly env: NodeJS.ProcessEnv;
  /** Default: a minute. */
  readonly timeoutMs?: number;
}

// A cloud's command line takes seconds; a helper that asks the user must not wait forever.
const TIMEOUT_MS = BOUNDS.helperMs;
const MAX_OUTPUT_BYTES = 65_536;

// The text of all helpers for "no credentials".
// See https://github.com/docker/docker-credential-helpers/blob/v0.9.3/credentials/error.go
const NOT_FOUND = /credentials not found in native keychain/;

/**
 * Asks `docker-credential-NAME get` for a server.
 *
 * @param name from a configuration file: it becomes part of a program name, so it must not be a path.
 * @param server the key under which `docker login` stored it.
 * @returns `undefined` if the helper has no credentials for this server.
 * @throws OciError `CREDENTIAL_HELPER_FAILED`; never with the standard output of the helper.
 */
export async function askHelper(name: string, server: string, surroundings: HelperEnvironment): Promise<Credential | undefined> {
  const program = `docker-credential-${name}`;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    throw new OciError('CREDENTIAL_HELPER_FAILED', `Cannot run "${sanitizeText(program, 80)}": it is not a credential helper name.`, {
      hint: 'In credHelpers and credsStore, write plain names such as "pass" or "ecr-login", not paths.',
    });
  }
  const { exitCode, stdout, stderr } = await runProgram(program, server, surroundings);
  hideSecrets(stdout);
  hideSecrets(stderr);
  if (exitCode === 0) return parseAnswer(stdout, program);
  if (NOT_FOUND.test(stdout) || NOT_FOUND.test(stderr)) return undefined;
  const said = sanitizeText(stderr);
  throw failed(`${program} failed for ${sanitizeText(server, 200)} (exit code ${exitCode})${said === '' ? '' : `: ${said}`}`);
}

/** Also after a failure, and in incomplete JSON. */
function hideSecrets(output: string): void {
  for (const [, secret = ''] of output.matchAll(/"Secret"\s*:\s*"((?:[^"\\]|\\.)*)"/g)) knownSecrets().add(unescape(secret));
}

function unescape(json: string): string {
  try {
    return String(JSON.parse(`"${json}"`));
  } catch {
    // Incomplete JSON: as it is.
    return json;
  }
}

interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function runProgram(program: string, input: string, { env, timeoutMs = TIMEOUT_MS }: HelperEnvironment): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    // Not `timeout`: if the program cannot be started, its timer keeps our process alive.
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
      else reject(failed(`${program} was killed, or printed too much`));
    });
    // If a helper does not read its input, its exit code says more than this error.
    child.stdin.on('error', () => undefined).end(input);
  });
}

function parseAnswer(stdout: string, program: string): Credential | undefined {
  const { Username: username, Secret: secret } = parseObject(stdout, program);
  if (typeof username !== 'string' || typeof secret !== 'string') throw failed(`${program} answered without "Username" and "Secret"`);
  // Some helpers answer with empty fields if they have no credentials.
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
    // The parser's message would quote the output, which may contain the secret.
  }
  throw failed(`${program} did not answer with a JSON object`);
}

function failed(what: string, cause?: unknown): OciError {
  return new OciError('CREDENTIAL_HELPER_FAILED', `${what}.`, {
    hint: 'Run it manually (`echo HOST | docker-credential-NAME get`), install it, or remove it from Docker’s config.json.',
    cause,
  });
}

import { OciError } from '@nx-oci/model';

/** The top level of a configuration of Docker or Podman. */
export type DockerConfig = Readonly<Record<string, unknown>>;

/**
 * Reads the JSON of `config.json`, `auth.json` or `DOCKER_AUTH_CONFIG` as Docker does: an empty file is valid. Ignores the
 * byte order mark of Windows editors.
 *
 * @param where the file or variable, for the message. Its content is never quoted: it contains passwords.
 * @throws OciError `CREDENTIALS_INVALID`
 */
export function parseDockerConfig(content: Uint8Array, where: string): DockerConfig {
  const text = decode(Buffer.from(content.buffer, content.byteOffset, content.byteLength), where);
  if (text.trim() === '') return {};
  const document = objectOf(parseJson(text, where));
  if (document === undefined) throw invalidCredentials(where, 'it is not a JSON object');
  return document;
}

function decode(bytes: Buffer, where: string): string {
  const [first, second] = bytes;
  const hasUtf16Mark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  // JSON begins with ASCII, so in UTF-16 one of the first two bytes is zero. PowerShell's `>` writes UTF-16 by default.
  if (hasUtf16Mark || (bytes.byteLength > 1 && (first === 0 || second === 0)))
    throw invalidCredentials(where, 'it is UTF-16, but must be UTF-8');
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Node's message quotes the text around the error, which may be a password: it is not used.
    throw invalidCredentials(where, 'it is not JSON');
  }
}

export function objectOf(value: unknown): DockerConfig | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as DockerConfig) : undefined;
}

export function invalidCredentials(where: string, reason: string): OciError {
  return new OciError('CREDENTIALS_INVALID', `Cannot read the credentials in ${where}: ${reason}.`, {
    hint: 'Correct or remove it, then log in again with `docker login` or `podman login`.',
  });
}

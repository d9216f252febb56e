import { runOrFail } from './run';
import { sharedFolder } from './shared-folder';
import { type PlaceToRead } from './read-back';

/** Asks skopeo, which is none of ours, for the digest of a tag. */
export async function digestBySkopeo(skopeo: string, { host, repository, user }: PlaceToRead, tag: string): Promise<string> {
  const login = user === undefined ? [] : ['--creds', user];
  const args = ['inspect', '--tls-verify=false', ...login, '--format', '{{.Digest}}', `docker://${host}/${repository}:${tag}`];
  return (await runOrFail(skopeo, args, { cwd: sharedFolder() })).trim();
}

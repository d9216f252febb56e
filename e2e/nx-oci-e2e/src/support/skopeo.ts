import { runOrFail } from './run';
import { sharedFolder } from './shared-folder';
import { type RepositoryToRead } from './read-back';

/** The digest of a tag, according to skopeo. */
export async function digestBySkopeo(skopeo: string, { host, repository, user }: RepositoryToRead, tag: string): Promise<string> {
  const login = user === undefined ? [] : ['--creds', user];
  const args = ['inspect', '--tls-verify=false', ...login, '--format', '{{.Digest}}', `docker://${host}/${repository}:${tag}`];
  return (await runOrFail(skopeo, args, { cwd: sharedFolder() })).trim();
}

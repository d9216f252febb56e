/**
 * Copies the nginx of this machine and its shared libraries into a folder, with the configuration of the image
 * nginxinc/nginx-unprivileged: no root, everything written below /tmp, sites in /etc/nginx/conf.d. Linux only.
 *
 *     node tools/base-images/nginx.mjs --output dist/nginx
 */
import { chmodSync, copyFileSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { requireTool } from '../ci/tools.mjs';
import { emptyOutput } from './empty-output.mjs';
import { fail } from './fail.mjs';
import { fixTimes } from './fix-times.mjs';
import { sharedLibrariesOf } from './shared-libraries.mjs';
import { readOptions } from '../workspace/read-options.mjs';

process.umask(0o022); // the same modes on every machine

const nginxInImage = 'usr/sbin/nginx';
const CONFIGURATION = `worker_processes 1;
pid /tmp/nginx.pid;
error_log /dev/stderr notice;
events { worker_connections 1024; }
http {
  client_body_temp_path /tmp/client_temp;
  proxy_temp_path /tmp/proxy_temp;
  fastcgi_temp_path /tmp/fastcgi_temp;
  uwsgi_temp_path /tmp/uwsgi_temp;
  scgi_temp_path /tmp/scgi_temp;
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /dev/stdout;
  sendfile on;
  keepalive_timeout 65;
  include /etc/nginx/conf.d/*.conf;
}
`;

const values = readOptions('Makes the files of a base image out of the nginx of this machine.', {
  output: { type: 'string', help: 'FOLDER  where they go' },
});
if (!values.output) fail('Where to? Give --output <folder>.');

const output = resolve(values.output);
const nginx = realpathSync(requireTool('nginx'));
const libraries = sharedLibrariesOf(nginx);
emptyOutput(output, nginxInImage);
copy(nginx, nginxInImage);
for (const library of libraries) copy(library, library);
copy('/etc/nginx/mime.types', 'etc/nginx/mime.types');
writeFileSync(join(output, 'etc/nginx/nginx.conf'), CONFIGURATION);
for (const folder of ['etc/nginx/conf.d', 'usr/share/nginx/html', 'var/log/nginx', 'tmp'])
  mkdirSync(join(output, folder), { recursive: true });
chmodSync(join(output, 'tmp'), 0o1777);
fixTimes(output);
console.log(`Wrote ${output}: ${nginxInImage} and ${libraries.length} shared libraries.`);

/**
 * Copies the file itself, where the machine has a link: the loader looks for the name that the link has.
 *
 * @param {string} from
 * @param {string} to its path in the image
 */
function copy(from, to) {
  const target = join(output, to);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(realpathSync(from), target);
}

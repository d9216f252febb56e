import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

/**
 * Serves the packed @nx-oci/* packages to package managers, as a registry for that scope only.
 *
 * @param version that all of them have
 */
export async function servePackages(folder, version) {
  const archives = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').split('?')[0];
    const archive = archives.get(path.slice(1));
    const [, name] = /^\/@nx-oci\/([\w-]+)$/.exec(path) ?? [];
    const file = `nx-oci-${name}-${version}.tgz`;
    const content = archives.get(file);
    if (archive !== undefined) response.end(archive);
    else if (content === undefined) response.writeHead(404).end('{}');
    else
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify(describe(name, file, content, version, server.address().port)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

function describe(name, file, content, version, port) {
  const fullName = `@nx-oci/${name}`;
  // The fields of package.json that a registry stores for a version.
  const manifest = JSON.parse(readFileSync(new URL(`../../packages/oci-${name}/package.json`, import.meta.url), 'utf8'));
  const { dependencies = {}, bin } = manifest;
  const dist = {
    tarball: `http://127.0.0.1:${port}/${file}`,
    integrity: `sha512-${createHash('sha512').update(content).digest('base64')}`,
    shasum: createHash('sha1').update(content).digest('hex'),
  };
  return {
    name: fullName,
    'dist-tags': { latest: version },
    versions: { [version]: { name: fullName, version, dependencies, bin, dist } },
  };
}

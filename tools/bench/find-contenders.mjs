import { join } from 'node:path';
import { readServers } from '../ci/servers-file.mjs';
import { findTool } from '../ci/tools.mjs';
import { buildx } from './contenders/buildx.mjs';
import { crane } from './contenders/crane.mjs';
import { docker } from './contenders/docker.mjs';
import { nxOci } from './contenders/nx-oci.mjs';
import { oras } from './contenders/oras.mjs';
import { regctl } from './contenders/regctl.mjs';
import { skopeo } from './contenders/skopeo.mjs';

const PEERS = [
  ['crane', crane],
  ['regctl', regctl],
  ['oras', oras],
  ['oras', (program) => oras(program, { tagsAfter: true })],
  ['skopeo', skopeo],
  ['buildx', buildx],
];

/**
 * Ours, and every installed peer (tools/ci/install.mjs); docker if its engine runs (tools/ci/start.mjs).
 *
 * @param {string} folder
 * @returns {readonly import('./contenders/contender.mjs').Contender[]}
 */
export function findContenders(folder) {
  const peers = PEERS.flatMap(([name, make]) => {
    const program = findTool(name);
    return program === undefined ? [] : [make(program)];
  });
  const ours = [
    nxOci({ folder: join(folder, 'new') }),
    nxOci({ folder: join(folder, 'known'), remembers: true }),
    nxOci({ folder: join(folder, 'guarded'), isGuarded: true }),
    nxOci({ folder: join(folder, 'warm'), isWarm: true }),
    nxOci({ folder: join(folder, 'warm-known'), isWarm: true, remembers: true }),
  ];
  return [...ours, ...peers, ...findDocker(folder)];
}

function findDocker(folder) {
  const [program, skopeoProgram] = [findTool('docker'), findTool('skopeo')];
  const dockerHost = readServers().servers.find(({ kind }) => kind === 'docker')?.dockerHost;
  if (program === undefined || skopeoProgram === undefined || dockerHost === undefined) return [];
  return [docker({ program, dockerHost, skopeo: skopeoProgram, folder })];
}

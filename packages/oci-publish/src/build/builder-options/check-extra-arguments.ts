import type { DockerfileEngine } from '../../engines/options/engine-names';
import type { ReportProblem } from '../option-problems';

// The option that sets an argument; none for those that nx-oci needs for itself.
const OWN_ARGUMENTS: Readonly<Record<string, string | undefined>> = {
  '--add-host': 'addHosts',
  '--attest': 'provenance',
  '--arch': 'platform',
  '--build-arg': 'buildArgs',
  '--build-arg-file': 'buildArgs',
  '--build-context': 'buildContexts',
  '--cache-from': 'cacheFrom',
  '--cache-to': 'cacheTo',
  '--file': 'dockerfile',
  '-f': 'dockerfile',
  '--label': 'labels',
  '--network': 'network',
  '--no-cache': 'noCache',
  '--os': 'platform',
  '--platform': 'platform',
  '--provenance': 'provenance',
  '--pull': 'pull',
  '--sbom': 'sbom',
  '--secret': 'secrets',
  '--shm-size': 'shmSize',
  '--ssh': 'ssh',
  '--target': 'stage',
  '--ulimit': 'ulimits',
  '--variant': 'platform',
};
const NOT_FOR_USERS = [
  '--tag',
  '-t',
  '--manifest',
  '--all-platforms',
  '--output',
  '-o',
  '--load',
  '--push',
  '--iidfile',
  '--metadata-file',
  '--format',
  '--quiet',
  '-q',
];

/** Refuses arguments that would contradict other options, or take the image away from us. */
export function checkExtraArguments(words: readonly string[] = [], engine: DockerfileEngine, reportProblem: ReportProblem): void {
  for (const word of words) {
    const [name = ''] = word.split('=');
    const isForUs = NOT_FOR_USERS.includes(name) || /^-[ftoq]./.test(word);
    if (!word.startsWith('-') || /^-+$/.test(word)) {
      reportProblem(`\`extraArguments\` has "${word}", which builders read as a folder → write an argument as one word: --name=value`);
    } else if (name === '--creds') {
      reportProblem('`extraArguments` has --creds, which would be visible to others → put the login in `auth` of registries.yaml');
    } else if (name in OWN_ARGUMENTS) reportProblem(`\`extraArguments\` has ${name} → use the option \`${OWN_ARGUMENTS[name]}\``);
    else if (engine === 'buildx' && name !== '--allow') {
      reportProblem(
        `\`extraArguments\` has ${name}, which \`docker buildx bake\` does not take for one image → remove it, or set \`engine\` to docker`,
      );
    } else if (isForUs) reportProblem(`\`extraArguments\` has ${name}, which nx-oci sets itself → remove it`);
  }
}

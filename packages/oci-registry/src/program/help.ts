import { PROFILE_NAMES } from '../profiles/profiles';

/** The text of `--help`. */
export const HELP = `oci-registry: a container registry in one process (OCI distribution-spec 1.1)

  oci-registry [--port 5080] [--folder ./data] [options]

  --port <number>         port to listen on, 0 for any free one (default 5080)
  --host <address>        address to listen on (default 127.0.0.1: this machine)
  --allow-host <name,name>
                          names that requests may be for, beside those of this
                          machine: registry.lan, *.corp.lan, * (default: any, if
                          it listens on the network or requires a login)
  --folder <path>         keep everything in this folder (default: in memory,
                          gone at the end)
  --user <name:password>  ask for this login; safer in the environment variable
                          OCI_REGISTRY_USER, since others on this machine can
                          read a command line
  --scheme basic|bearer   how to ask for it (default basic; bearer has its own
                          token service)
  --accept-sparse         take manifests that name content which is not there
  --delete-on-page        let the web page delete tags and images, after a
                          question
  --profile <name>        emulate a real registry, with its documented quirks:
${namesInLines()}
    --immutable-tags <glob>         tags that stay where they first pointed
    --repositories <name,name>      repositories that were made beforehand
                                    (default: all)
    --requests-per-minute <number>  beyond it comes the registry's answer to too
                                    many requests
  --verbose               print each request
  --help, --version

  Push with Docker:   docker tag my-image 127.0.0.1:5080/my-image
                      docker push 127.0.0.1:5080/my-image
  See what is there:  http://127.0.0.1:5080/ in a browser
  Stop it:            Ctrl+C
`;

/** The names of all profiles, in lines that fit a terminal of 80 columns. */
function namesInLines(): string {
  const half = Math.ceil(PROFILE_NAMES.length / 2);
  const lines = [PROFILE_NAMES.slice(0, half), PROFILE_NAMES.slice(half)].map((names) => `${' '.repeat(26)}${names.join(', ')}`);
  return lines.join(',\n');
}

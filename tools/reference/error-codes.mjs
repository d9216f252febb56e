/** Cause and remedy of each `OciErrorCode`, by what goes wrong. The page of errors fails to render if one is missing. */
export const ERROR_GROUPS = {
  'What you wrote': {
    OPTIONS_INVALID: [
      'An option of a target, a command line or a program is unknown, malformed or contradicts another. All mistakes are listed at once.',
      'Correct what the message lists: it gives the right values. [Executors](executors.md), [generators](generators.md).',
    ],
    CONFIGURATION_INVALID: [
      'registries.yaml, or a file that it names (a certificate, a key), cannot be read or used.',
      'Correct the key that the message names. [registries.yaml](registries-yaml.md).',
    ],
    REFERENCE_INVALID: [
      'A name of an image, repository or registry is malformed.',
      'Write `host[:port]/namespace/name`, in lower case, with a tag or digest where one is needed.',
    ],
    TAG_INVALID: [
      'A tag contains a character that tags may not contain, or has more than 128.',
      'Use letters, digits, `_`, `.` and `-`; the first is none of `.` and `-`.',
    ],
    DIGEST_INVALID: ['A digest is malformed.', 'Copy it whole: `sha256:` and 64 characters.'],
    PLATFORM_INVALID: [
      'A platform is malformed, or an image or base does not have it.',
      'Use one that the message lists, such as `linux/amd64`. [Platforms](../build/platforms.md).',
    ],
  },
  'The image': {
    LAYER_SOURCE_MISSING: [
      'A file or folder of `layers` does not exist.',
      'Build first: add the target that writes it to `dependsOn`; or correct `from`.',
    ],
    LAYER_SOURCE_INVALID: [
      'A file cannot be put into a layer: it leads outside the workspace, is a device or socket, or two files land on one path.',
      'Correct `from` or `to`; `outside: true` allows files outside the workspace.',
    ],
    LAYOUT_INVALID: [
      'An image folder in `dist/images`, or an archive of an engine, is incomplete, damaged or of another version of nx-oci.',
      'Build again: `nx run <project>:image --skip-nx-cache`.',
    ],
    WRONG_IMAGE: [
      'The image in the folder or engine belongs to another project, or the builder made something else than it was asked for.',
      'Build again; check that no two projects share an output, and which builder is used.',
    ],
    IMAGE_OUTDATED: [
      'The image is older than its sources, or than an image that it is based on.',
      'Build and publish in one run; add what changed to the `inputs` of its target. [Engines](../build/engines.md).',
    ],
    IMAGE_TOO_LARGE: [
      'The image exceeds `maxSize` or `maxGrowth`.',
      'The dry run lists its layers and largest files; raise the limit if the size is intended. [Size](../publish/report.md#size).',
    ],
    IMAGE_FAULTY: [
      '`nx-oci:test` found a fault: a missing module, library or program, or it does not start, answer or stop.',
      'Fix what it lists; nothing is published before the test passes. [Testing](../build/testing.md).',
    ],
    DIGEST_MISMATCH: [
      'Content has another digest than announced: damaged on disk, or changed on its way.',
      'Build again if it is a file of yours; if it comes from a registry, check the proxy in between, and do not use the image.',
    ],
    SIZE_MISMATCH: ['Content is longer or shorter than announced.', 'As for `DIGEST_MISMATCH`.'],
    MANIFEST_INVALID: [
      'A manifest, index or list of referrers is malformed, or exceeds a limit of nesting or number.',
      'Push or build that image again with a current tool.',
    ],
    CONFIG_INVALID: ['The configuration of a base image is malformed.', 'Pull or build the base image again.'],
    MEDIA_TYPE_UNSUPPORTED: [
      'The image has a form that nx-oci does not know, such as the obsolete Docker schema 1.',
      'Pull it with a current engine, and push it again.',
    ],
    BODY_TOO_LARGE: [
      'A document is larger than registries accept (a manifest: 4 MiB), or an answer larger than any registry sends.',
      'Use fewer layers or shorter annotations; check that the address is that of a registry.',
    ],
  },
  Registries: {
    UNAUTHORIZED: [
      'The registry wants a login, and found none or refused it.',
      'The message lists where nx-oci looked. Set `auth` in registries.yaml, or run `docker login`. `nx run <project>:doctor` says what is wrong. [Registries](../registries.md).',
    ],
    DENIED: [
      'The login is right, but may not do this: a missing scope, an unlinked package, a read-only project.',
      'Grant what the hint names; the [doctor](../operate/doctor.md) distinguishes these.',
    ],
    NOT_FOUND: [
      'The image, repository, tag or blob does not exist; some registries also answer this without pull access.',
      'Check the name; create the repository where the registry requires it; check the login.',
    ],
    TAG_IMMUTABLE: [
      'An immutable tag already points to another image. Nothing was changed.',
      'Commit to get a new `sha` tag, or release another version.',
    ],
    RATE_LIMITED: [
      'The registry limits requests, and asks for a longer wait than nx-oci waits.',
      'Log in, or run again later. [Waiting](../operate/waiting.md).',
    ],
    REGISTRY_UNREACHABLE: [
      'The host is unknown, refuses connections or does not answer in time.',
      'Check host, port, proxy and network. [Waiting](../operate/waiting.md).',
    ],
    REGISTRY_FAILED: [
      'The registry answered with an error of its own (500 to 599) or outside of the protocol.',
      'Run again: what arrived is not uploaded twice. If it remains, look at the log of the registry.',
    ],
    PROTOCOL_MISMATCH: [
      'The server speaks HTTP where HTTPS was expected, or the reverse.',
      'Set or remove `plainHttp` for this registry. [A registry of your own](../start/own-registry.md).',
    ],
    TLS_UNTRUSTED: [
      'The certificate of the registry is not trusted, or it wants a client certificate.',
      'Set `tls.ca`, or `tls.cert` and `tls.key`. [A registry of your own](../start/own-registry.md).',
    ],
    REDIRECT_REFUSED: [
      'The registry redirects to an address that it should not send to: a private one, plain HTTP, another server for a list.',
      'If it is right, add the host to `trustedHosts`; otherwise look at the configuration of the registry.',
    ],
    REALM_REFUSED: [
      'The registry names a token service that your login may not be sent to.',
      'Add that host to `trustedHosts` if it belongs to the registry.',
    ],
    CREDENTIALS_INVALID: ['A file with logins (config.json, auth.json) cannot be read.', 'Correct or remove it, then log in again.'],
    CREDENTIAL_HELPER_FAILED: [
      'A credential helper of Docker is missing or failed.',
      'Run it by hand: `echo HOST | docker-credential-NAME get`; install it, or remove it from config.json.',
    ],
    PUBLISH_INCOMPLETE: [
      'The registry accepted the image, but no longer has it; or something else keeps moving a tag back.',
      'Publish again; check the clean-up rules of the registry, and who else moves that tag.',
    ],
  },
  'This machine': {
    FILE_UNUSABLE: [
      'A file cannot be read or written: permissions, a full or read-only disk, a folder in its place.',
      'The message gives path and reason.',
    ],
    PORT_IN_USE: ['Another program listens on the port.', 'Stop it, or choose another port: `NX_OCI_PORT`, `--ports`.'],
    FOLDER_IN_USE: ['Another process serves the folder as a registry.', 'Use that registry, stop it, or choose another folder.'],
    ENGINE_MISSING: [
      'docker, buildx, podman, buildah or another program is not installed.',
      'Install it, or set another `engine`. [Engines](../build/engines.md).',
    ],
    ENGINE_UNREACHABLE: [
      'The engine is installed but does not run or answer, or is too old.',
      'Start it; check `DOCKER_HOST` and the docker context.',
    ],
    ENGINE_FAILED: [
      'A build or another command of an engine or package manager failed; its last lines are in the message.',
      'Fix what they say, or run the command by hand.',
    ],
    GIT_UNAVAILABLE: [
      'git is missing or fails, or the folder is not a repository with a commit.',
      'Images are named after commits: `git init`, add, commit.',
    ],
    ABORTED: [
      'You stopped the run, or it was stopped.',
      'Run it again: it finishes, and nothing is uploaded twice. [All or none](../how-it-works/all-or-none.md).',
    ],
  },
};

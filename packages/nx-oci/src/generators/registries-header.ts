/** The first lines of a new registries.yaml. The first one makes editors complete and check the file. */
export const REGISTRIES_HEADER = `# yaml-language-server: $schema=./node_modules/nx-oci/registries.schema.json

# Where images are published to. \${NAME} and \${NAME:-default} stand for environment variables.
# No secret stands here: write a variable, or leave \`auth\` out and use \`docker login\`.
# Add a registry with \`nx g nx-oci:registry\`.
`;

/** What is recorded: commands as a reader would type them, in this workspace. */
export const SCENE = [
  'npx nx run-many -t publish -p web,api',
  'curl -s localhost:$NX_OCI_PORT/v2/demo/api/tags/list',
  'npx nx run-many -t publish -p web,api  # again: nothing is sent',
];

export const COLUMNS = 108;

/** The apps of Nx's own generators, and the path that each serves. */
export const FRAMEWORKS = {
  express: { preset: ['--preset=express'], path: '/api', answer: 'Welcome to app!' },
  nest: { preset: ['--preset=nest', '--docker=false'], path: '/api', answer: 'Hello API' },
  fastify: {
    preset: ['--preset=node-monorepo', '--framework=fastify', '--bundler=esbuild', '--docker=false'],
    path: '/',
    answer: 'Hello API',
  },
};
const MANAGERS = ['npm', 'pnpm', 'yarn'];
const MAJORS = ['22', '23', '24'];

export const ALL = MAJORS.flatMap((nx) =>
  Object.keys(FRAMEWORKS).flatMap((framework) => MANAGERS.map((manager) => ({ nx, framework, manager }))),
);

/** Every framework, every package manager and every version of Nx, once each. */
export const PAIRWISE = [
  { nx: '24', framework: 'express', manager: 'npm' },
  { nx: '22', framework: 'nest', manager: 'pnpm' },
  { nx: '23', framework: 'fastify', manager: 'yarn' },
];

/** `24-express-npm` */
export function nameOf({ nx, framework, manager }) {
  return `${nx}-${framework}-${manager}`;
}

export function parseServices(words) {
  return words.map((word) => {
    const found = ALL.find((service) => nameOf(service) === word);
    if (found === undefined) throw new Error(`"${word}" is unknown → write one such as ${PAIRWISE.map(nameOf).join(', ')}`);
    return found;
  });
}

/**
 * The apps of Nx's own generators, and the path that each serves; `kind` is what `nx g nx-oci:image` must find, `base` the script of
 * tools/base-images that makes its base image.
 */
export const FRAMEWORKS = {
  express: { kind: 'node', base: 'node-runtime', preset: ['--preset=express'], path: '/api', answer: 'Welcome to app!' },
  nest: { kind: 'node', base: 'node-runtime', preset: ['--preset=nest', '--docker=false'], path: '/api', answer: 'Hello API' },
  fastify: {
    kind: 'node',
    base: 'node-runtime',
    preset: ['--preset=node-monorepo', '--framework=fastify', '--bundler=esbuild', '--docker=false'],
    path: '/',
    answer: 'Hello API',
  },
  react: {
    kind: 'static',
    base: 'nginx',
    preset: ['--preset=react-monorepo', '--bundler=vite', '--style=css', '--e2eTestRunner=none', '--aiAgents=none'],
    path: '/orders/17',
    answer: '<title>App</title>',
  },
  angular: {
    kind: 'static',
    base: 'nginx',
    preset: ['--preset=angular-monorepo', '--bundler=esbuild', '--style=css', '--ssr=false', '--e2eTestRunner=none', '--aiAgents=none'],
    path: '/orders/17',
    answer: '<title>app</title>',
  },
  next: {
    kind: 'next',
    base: 'node-runtime',
    preset: ['--preset=next', '--style=css', '--nextAppDir=true', '--nextSrcDir=true', '--e2eTestRunner=none', '--aiAgents=none'],
    path: '/',
    answer: '<title>Welcome to',
  },
};
const MANAGERS = ['npm', 'pnpm', 'yarn'];
const MAJORS = ['22', '23', '24'];
const SERVICES = Object.keys(FRAMEWORKS).filter((name) => FRAMEWORKS[name].kind === 'node');

const combine = (frameworks) =>
  MAJORS.flatMap((nx) => frameworks.flatMap((framework) => MANAGERS.map((manager) => ({ nx, framework, manager }))));

/** Every app that is a Node service. */
export const ALL = combine(SERVICES);

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
    const found = combine(Object.keys(FRAMEWORKS)).find((service) => nameOf(service) === word);
    if (found === undefined) throw new Error(`"${word}" is unknown → write one such as ${PAIRWISE.map(nameOf).join(', ')}`);
    return found;
  });
}

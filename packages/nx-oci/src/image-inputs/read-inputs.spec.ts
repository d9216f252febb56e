import { readInputs } from './read-inputs';

const NX_JSON = {
  namedInputs: {
    default: ['{projectRoot}/**/*', 'sharedGlobals'],
    production: ['default', '!{projectRoot}/**/*.spec.ts'],
    sharedGlobals: ['{workspaceRoot}/tsconfig.base.json'],
    loop: ['{projectRoot}/a', 'loop'],
  },
};

describe('the inputs of a target', () => {
  it('are by default all files of the project and its dependencies', () => {
    expect(readInputs({}, {}, {})).toEqual({
      own: ['**/*'],
      ofWorkspace: [],
      ofOthers: [{ projects: 'dependencies', input: 'default' }],
      hasTaskOutputs: false,
      variables: [],
    });
  });

  it('are looked up by name, in nx.json and in the project', () => {
    expect(readInputs({ inputs: ['production', '^production'] }, {}, NX_JSON)).toEqual({
      own: ['**/*', '!**/*.spec.ts'],
      ofWorkspace: ['tsconfig.base.json'],
      ofOthers: [{ projects: 'dependencies', input: 'production' }],
      hasTaskOutputs: false,
      variables: [],
    });
    const project = { namedInputs: { production: ['{projectRoot}/src/**'] } };
    expect(readInputs({ inputs: ['production'] }, project, NX_JSON)).toMatchObject({ own: ['src/**'] });
  });

  it('may be objects, of which files and variables count', () => {
    const inputs = [
      { fileset: '{projectRoot}/Dockerfile' },
      { input: 'production', dependencies: true },
      { input: 'sharedGlobals', projects: 'self' },
      { input: 'default', projects: ['ui'] },
      { input: 'default', projects: 'kit' },
      { runtime: 'node -v' },
      { env: 'CI' },
      { externalDependencies: ['vite'] },
      { dependentTasksOutputFiles: '**/*.js' },
    ] as never;
    expect(readInputs({ inputs }, {}, NX_JSON)).toEqual({
      own: ['Dockerfile'],
      ofWorkspace: ['tsconfig.base.json'],
      ofOthers: [
        { projects: 'dependencies', input: 'production' },
        { projects: ['ui'], input: 'default' },
        { projects: ['kit'], input: 'default' },
      ],
      hasTaskOutputs: true,
      variables: ['CI'],
    });
  });

  it('may be cyclic or unknown', () => {
    expect(readInputs({ inputs: ['loop', 'nobody'] }, {}, NX_JSON)).toEqual({
      own: ['a'],
      ofWorkspace: [],
      ofOthers: [],
      hasTaskOutputs: false,
      variables: [],
    });
  });
});

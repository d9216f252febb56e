import { chooseSource } from '../sources/choose-source';
import { type Kind } from '../options/kind';

/** The files of a folder, and a command that the user names. */
export const files: Kind = {
  name: 'files',
  detect: ({ options: { base, from, cmd } }) => {
    const isNoNode = base === 'scratch' || base?.startsWith('layout:') === true;
    return isNoNode || from !== undefined || cmd !== undefined ? 'the options say what goes into the image' : undefined;
  },
  plan: async ({ tree, name, project, resolved, plugin, options }) => ({
    source: await chooseSource(tree, { name, project }, { ...options, engine: options.engine ?? 'native' }, { plugin, resolved }),
    notes: [],
  }),
};

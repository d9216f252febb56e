import { detectBinary } from '../binary/detect-binary';
import { type ImageSource } from '../../../inference/targets-for';
import { type App, type Kind } from '../options/kind';
import { chooseSource } from '../sources/choose-source';

/** Files from a folder, and a command that the user names. */
export const files: Kind = {
  name: 'files',
  detect: (app) => {
    const { base, from, cmd } = app.options;
    if (from !== undefined || cmd !== undefined) return 'the options say what goes into the image';
    // A program that needs no interpreter can also run on an empty base, as its own kind.
    const isWithoutPrograms = base === 'scratch' || base?.startsWith('layout:') === true;
    return isWithoutPrograms && !isBinary(app) ? `--base=${base}` : undefined;
  },
  plan: async ({ tree, name, project, resolved, plugin, options }) => {
    const source = await chooseSource(tree, { name, project }, { ...options, engine: options.engine ?? 'native' }, { plugin, resolved });
    return { source, notes: commandNotes(source) };
  },
};

function isBinary(app: App): boolean {
  return app.options.engine === undefined && detectBinary(app) !== undefined;
}

function commandNotes(source: ImageSource): readonly string[] {
  if (!('base' in source) || source.cmd !== undefined) return [];
  if (source.base === 'scratch')
    return ['Command: none, so no container can be started from the image. → Set --cmd if it holds a program.'];
  return ['Command: that of the base. → Set --cmd for another one.'];
}

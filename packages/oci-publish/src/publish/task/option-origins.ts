import { type Registries } from '../../configuration/registries';
import { type ReadPublishOptions } from './publish-options';

/** Who said what a publish does. The command line and the project's options arrive as one. */
export type Origin = 'option' | 'registries.yaml' | 'the only one in registries.yaml' | 'built in';

/** Where values that most publishes do not say come from, for the plan. */
export interface OptionOrigins {
  readonly registries: Origin;
  readonly tags: Origin;
}

export function findOrigins(options: ReadPublishOptions, { publish }: Pick<Registries, 'publish'>): OptionOrigins {
  const originOf = (name: keyof OptionOrigins, otherwise: Origin): Origin => {
    if (options[name] !== undefined) return 'option';
    return publish[name] === undefined ? otherwise : 'registries.yaml';
  };
  return { registries: originOf('registries', 'the only one in registries.yaml'), tags: originOf('tags', 'built in') };
}

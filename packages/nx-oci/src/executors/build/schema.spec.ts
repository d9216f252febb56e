import { OPTION_NAMES } from '@nx-oci/publish';

import schema from './schema.json';

describe('the schema of an image target', () => {
  it('describes all options, and nothing else', () => {
    expect(Object.keys(schema.properties).sort()).toEqual([...OPTION_NAMES['']!].sort());
    const itemNames = (option: 'layers' | 'secrets') => Object.keys(schema.properties[option].oneOf[0]?.items?.anyOf[0]?.properties ?? {});
    expect(itemNames('layers').sort()).toEqual([...OPTION_NAMES['layers']!].sort());
    expect(itemNames('secrets').sort()).toEqual([...OPTION_NAMES['secrets']!].sort());
  });
});

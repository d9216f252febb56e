import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { reportJsonSchemas } from './report-json-schemas';

it.each(Object.entries(reportJsonSchemas()))(
  '%s holds what the code says (write it anew with `nx run nx-oci:schema`)',
  async (name, schema) => {
    const file = await readFile(path.join(__dirname, '../..', name), 'utf8');
    expect(JSON.parse(file)).toEqual(schema);
  },
);

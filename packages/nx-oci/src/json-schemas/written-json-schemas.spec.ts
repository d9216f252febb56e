import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { writtenJsonSchemas } from './written-json-schemas';

it.each(Object.entries(writtenJsonSchemas()))('%s matches the code (update it with `nx run nx-oci:schema`)', async (name, schema) => {
  const file = await readFile(path.join(__dirname, '../..', name), 'utf8');
  expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(schema)));
});

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import Ajv from 'ajv';
import ts from 'typescript';

/** Validates examples of registries.yaml, and of targets in project.json. */
export function makeSettingsCheck(root) {
  // The version that reads registries.yaml; the one at the root belongs to Nx.
  const { parseAllDocuments } = createRequire(join(root, 'packages/oci-publish/package.json'))('yaml');
  const read = (file) => ({ ...JSON.parse(readFileSync(join(root, 'packages/nx-oci', file), 'utf8')), $schema: undefined, $id: undefined });
  const ajv = new Ajv({ schemaId: 'auto', allErrors: true, unknownFormats: 'ignore' });
  const registries = ajv.compile(read('registries.schema.json'));
  const { executors } = JSON.parse(readFileSync(join(root, 'packages/nx-oci/executors.json'), 'utf8'));
  const known = new Map(Object.entries(executors).map(([name, { schema }]) => [`nx-oci:${name}`, ajv.compile(read(schema))]));
  const judge = (validate, value) => (validate(value) ? [] : validate.errors.map(({ dataPath, message }) => `${dataPath} ${message}`));

  return {
    /** @returns problems, or `undefined` if it is no registries.yaml */
    yaml: ({ code }) => {
      const documents = parseAllDocuments(code);
      const wrong = documents.flatMap(({ errors }) => errors.map(({ message }) => message));
      if (wrong.length > 0) return wrong;
      const [value] = documents.map((document) => document.toJS());
      return isRegistries(value) ? judge(registries, value) : undefined;
    },
    /** @returns problems, or `undefined` if it contains no target of ours */
    json: ({ code }) => {
      const text = code.trim();
      const { config, error } = ts.parseConfigFileTextToJson(
        'example.json',
        /^(?:\/\/[^\n]*\n)*\s*[{[]/.test(text) ? text : `{${text.replace(/,$/, '')}\n}`,
      );
      if (error) return [ts.flattenDiagnosticMessageText(error.messageText, ' ')];
      const targets = findTargets(config).filter(({ executor }) => executor.startsWith('nx-oci:'));
      if (targets.length === 0) return undefined;
      return targets.flatMap(({ executor, options = {} }) => {
        const validate = known.get(executor);
        return validate === undefined ? [`there is no executor ${executor}`] : judge(validate, options);
      });
    },
  };
}

const isRegistries = (value) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).every((key) => ['registries', 'publish', 'mirrors'].includes(key));

function findTargets(value) {
  if (typeof value !== 'object' || value === null) return [];
  return [...(typeof value.executor === 'string' ? [value] : []), ...Object.values(value).flatMap(findTargets)];
}

/** A table of Markdown. @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
export function renderTable(head, rows) {
  const line = (cells) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const escapeCell = (text) => escapeText(text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' '));

/** Outside of code, `<project>` would be an element of HTML, and braces an expression of the site's generator. */
export function escapeText(text) {
  const parts = text.split(/(`[^`]*`)/);
  return parts.map((part) => (part.startsWith('`') ? part : part.replace(/</g, '&lt;').replace(/\$?\{[^}]*\}/g, '`$&`'))).join('');
}

/** Options or keys of a schema: name, values, default, meaning. @param {ReturnType<import('./schema-rows.mjs').schemaRows>} rows */
export function renderOptions(rows, head = 'option') {
  const required = head === 'field' ? ' (always)' : ' (required)';
  const hasDefaults = rows.some(({ property }) => property.default !== undefined);
  const cells = rows.map(({ key, type, isRequired, property }) => [
    `\`${key}\`${isRequired ? required : ''}`,
    type,
    ...(hasDefaults ? [property.default === undefined ? '' : `\`${JSON.stringify(property.default).replace(/^"|"$/g, '')}\``] : []),
    [property.description ?? '', describeExample(property)].filter(Boolean).join(' '),
  ]);
  return renderTable([head, 'values', ...(hasDefaults ? ['default'] : []), 'meaning'], cells);
}

function describeExample({ examples, description = '' }) {
  if (examples === undefined || /For example/.test(description)) return '';
  return `For example ${examples.map((example) => `\`${typeof example === 'string' ? example : JSON.stringify(example)}\``).join(' or ')}.`;
}

import { Document, isCollection, visit } from 'yaml';

/** A text or a list of texts as YAML in one line, quoted if necessary. Pure. */
export function yaml(value: string | readonly string[]): string {
  const document = new Document(value, { compat: 'yaml-1.1' });
  if (isCollection(document.contents)) document.contents.flow = true;
  visit(document, {
    Scalar: (_, scalar) => {
      // Only double quotes have escapes for line breaks.
      if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(String(scalar.value))) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString(ONE_LINE).trimEnd();
}

const ONE_LINE = { doubleQuotedMinMultiLineLength: Infinity, flowCollectionPadding: false, lineWidth: 0, singleQuote: true };

/** The same for a step of GitHub Actions, where `${{ }}` would be evaluated. Pure. */
export function actionsText(text: string): string {
  return yaml(text.replaceAll('${{', "${{ '${{' }}"));
}

/** A word of a shell script. Pure. */
export function shell(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A word of a script in a step of GitHub Actions. Pure. */
export function scriptText(word: string): string {
  return shell(word).replaceAll('${{', "${{ '${{' }}");
}

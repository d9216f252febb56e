import { OciError } from '@nx-oci/model';
import { Document, LineCounter, parseAllDocuments, parseDocument } from 'yaml';

/**
 * Reads a file of a CI system; its last document, since GitLab has headers before that. Tags of its own, such as
 * `!reference`, are no mistakes.
 *
 * @throws OciError `CONFIGURATION_INVALID` with the place of the first mistake; the text around it may hold a secret
 */
export function readForeignYaml(text: string, file: string): Document {
  const lines = new LineCounter();
  const documents = parseDocuments(text, lines);
  const [mistake] = documents.flatMap(({ errors }) => errors);
  if (mistake === undefined) return documents.at(-1) ?? new Document();
  const { line, col } = lines.linePos(mistake.pos[0]);
  throw new OciError('CONFIGURATION_INVALID', `Cannot change ${file}: it is no YAML at line ${line}, column ${col}.`, {
    hint: `Correct ${file} and run again; nothing was written.`,
  });
}

/** What such a file says, document by document; `undefined` where it is broken. */
export function plainYaml(text: string): readonly unknown[] | undefined {
  const documents = parseDocuments(text, new LineCounter());
  if (documents.some(({ errors }) => errors.length > 0)) return undefined;
  return documents.map((document): unknown => document.toJS());
}

function parseDocuments(text: string, lineCounter: LineCounter): readonly Document[] {
  const options = { lineCounter, prettyErrors: false };
  const documents = parseAllDocuments(text, options);
  // A text of comments alone is no document to it.
  return Array.isArray(documents) && documents.length > 0 ? documents : [parseDocument(text, options)];
}

import { isDeepStrictEqual } from 'node:util';

import { OciError } from '@nx-oci/model';
import { isMap, isScalar, isSeq, type Document } from 'yaml';

import { splice } from '../../insert-lines';
import { publishesImages } from '../pipeline/publishes-images';
import { type Pipeline } from '../pipeline/pipeline';
import { plainYaml, readForeignYaml } from '../pipeline/read-foreign-yaml';
import { JOB, renderJob } from './render-job';

/**
 * Adds the job at the end of a pipeline; everything else stays byte by byte. A pipeline with a job that publishes stays as
 * it is, whatever that job is called.
 *
 * @param main the text of .gitlab-ci.yml, which names the stages, where the job goes elsewhere
 * @throws OciError `OPTIONS_INVALID` where another job has its name, or nothing can be added at the end; `CONFIGURATION_INVALID` for broken YAML
 */
export function addJob(text: string, pipeline: Pipeline, main = text): string {
  const { file, targets } = pipeline;
  const document = readForeignYaml(text, file);
  if (listJobs(document).some((name) => publishesImages(scriptOf(document, name), targets))) return text;
  if (document.has(JOB)) throw refuse(file, `it has another job \`${JOB}\``, 'Give that job another name');
  const job = renderJob(pipeline, chooseStage(readForeignYaml(main, file)));
  const end = newline(text);
  const gap = text.trim() === '' || /\n\r?\n$/.test(text) ? '' : end;
  const before = `${text}${text === '' || text.endsWith('\n') ? '' : end}${gap}`;
  const result = splice(before, before.length, job);
  if (!isWhole(text, result, job))
    throw refuse(file, 'its YAML takes no job at the end', 'Write the job into a file of its own with --file=ci/publish.yml');
  return result;
}

function newline(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function listJobs(document: Document): readonly string[] {
  const { contents } = document;
  return isMap(contents) ? contents.items.flatMap(({ key }) => (isScalar(key) && typeof key.value === 'string' ? [key.value] : [])) : [];
}

/** All texts of a job's scripts; a list may hold lists, and what `!reference` refers to stands elsewhere. */
function scriptOf(document: Document, job: string): string {
  if (!isMap(document.get(job))) return '';
  return ['before_script', 'script', 'after_script'].flatMap((key) => textsOf(document.getIn([job, key], true))).join('\n');
}

function textsOf(node: unknown): readonly string[] {
  if (isSeq(node)) return node.items.flatMap(textsOf);
  return isScalar(node) && typeof node.value === 'string' ? [node.value] : [];
}

/** A job must be in a stage that there is: one of `stages`, else one of GitLab's own. */
function chooseStage(document: Document): string {
  const stages = textsOf(document.get('stages', true));
  return ['publish', 'release', 'deploy'].find((name) => stages.includes(name)) ?? stages.at(-1) ?? 'deploy';
}

/** Whether the result says what both parts say. */
function isWhole(before: string, result: string, job: string): boolean {
  const documents = plainYaml(before) ?? [];
  const last = { ...(documents.at(-1) as object | null), ...(plainYaml(job)?.[0] as object) };
  return isDeepStrictEqual(plainYaml(result), [...documents.slice(0, -1), last]);
}

function refuse(file: string, reason: string, fix: string): OciError {
  return new OciError('OPTIONS_INVALID', `Cannot add to ${file}: ${reason}.`, { hint: `${fix}, and run again; nothing was written.` });
}

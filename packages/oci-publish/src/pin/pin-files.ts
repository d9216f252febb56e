import { isOciError, OciError } from '@nx-oci/model';
import { posix } from 'node:path';

import { attemptAll } from '../publish/destination/attempt-all';
import { collectOrThrow } from '../publish/destination/collect-or-throw';
import { memoize } from '../run/memoize';
import { type Edit, splice } from './edits/splice';
import { findFiles } from './files/find-files';
import { readChartValues } from './files/read-chart-values';
import { readTexts, type TextFile } from './files/read-texts';
import { type Replacement, replaceFiles } from './files/replace-files';
import { removeStale } from './files/temporary-file';
import { decidePin, type DecideOptions, type PinDecision } from './images/decide-pin';
import { type FoundImage, type PinnableImage } from './images/found-image';
import { mergeEdits } from './places/merge-edits';
import { type FilePlaces, type LinedPlace, type LinedUnplaced, readPlaces } from './read-file';

const NOTHING_PINNED = 'Nothing was pinned';

export interface PinRequest extends DecideOptions {
  /** By default tracked YAML files. */
  readonly files: readonly string[] | undefined;
  readonly images: readonly PinnableImage[];
}

/** A place, and what happens to it. */
export interface PinnedPlace {
  readonly place: LinedPlace;
  readonly project: string;
  readonly decision: PinDecision;
}

/** What happens to a file. */
export interface FilePins {
  readonly file: TextFile;
  readonly places: readonly PinnedPlace[];
  readonly unplaced: readonly LinedUnplaced[];
  /** None if nothing changes. */
  readonly edits: readonly Edit[];
}

/** What a pin does, before any of it is done. */
export interface PinPlan {
  /** Files in which an image of the workspace stands. */
  readonly files: readonly FilePins[];
  /** How many files were searched. */
  readonly fileCount: number;
  /** Files that were not read, or not with all that belongs to them. */
  readonly unread: readonly string[];
}

/**
 * Finds the images of the workspace in its files, and decides what each place gets. Writes nothing.
 *
 * @throws OciError `OPTIONS_INVALID` with all patterns that match nothing; `NOT_FOUND` with all images that are not published, or
 *   whose registry could not be asked; if that is all, the code of the first of these.
 */
export async function planPins(request: PinRequest): Promise<PinPlan> {
  const { workspaceRoot, images } = request;
  const found = await findFiles(workspaceRoot, request.files);
  const { files, unread } = await readTexts(workspaceRoot, found.paths);
  const problems = [...found.problems, ...(request.files === undefined ? [] : unread)];
  if (problems.length > 0) throw listProblems('OPTIONS_INVALID', 'Cannot pin the images: ', problems, 'Correct the options and run again.');
  const byName = new Map(images.map((image) => [image.name, image]));
  const search = { isOurs: (name: string) => byName.has(name), names: [...byName.keys()] };
  const mayName = mentions(search.names);
  const charts = await readChartValues(workspaceRoot, files);
  const read = files
    .map((file) => ({ file, chart: charts.texts.get(file.path) }))
    .filter(({ file, chart = '' }) => mayName(file.text) || mayName(chart))
    .map(({ file, chart }) => {
      const kind = { isKustomization: isKustomization(file.path), ...(chart !== undefined && { defaults: chart }) };
      return { file, ...readPlaces(file.text, { ...search, ...kind }) };
    })
    .filter(({ places, unplaced }) => places.length + unplaced.length > 0);
  const used = new Set(read.flatMap(({ places }) => places.map(({ name }) => name)));
  const current = await findImages(images.filter(({ name }) => used.has(name)));
  const planned = collectOrThrow(NOTHING_PINNED, await attemptAll(read, (file) => planFile(file, current, request)));
  return { files: planned, fileCount: files.length, unread: [...unread, ...charts.unread] };
}

/** Writes the files of a plan, all or none. */
export async function writePins({ files }: PinPlan): Promise<void> {
  const changed = files.filter(({ edits }) => edits.length > 0);
  await removeStale(files.map(({ file }) => file.realPath));
  await replaceFiles(changed.map(({ file, edits }): Replacement => ({ file, text: splice(file.text, edits) })));
}

/** How YAML writes letters in other ways, or a text over several lines without a space between them. */
const ESCAPES = /\\(?:[xuU]|\r?\n)/;

/**
 * A quick look, since a workspace may have thousands of files: the last part of the name stands in each file that names the image,
 * unless escapes hide it.
 */
function mentions(names: readonly string[]): (text: string) => boolean {
  const words = [...new Set(names.map((name) => posix.basename(name)))];
  return (text) => words.some((word) => text.includes(word)) || ESCAPES.test(text);
}

function isKustomization(path: string): boolean {
  return /^(?:kustomization\.ya?ml|Kustomization)$/.test(posix.basename(path));
}

type Current = ReadonlyMap<string, { readonly image: PinnableImage; readonly found: FoundImage & { readonly kind: 'found' } }>;

/** @throws one error with every image that is not published, or not known to be */
async function findImages(images: readonly PinnableImage[]): Promise<Current> {
  const current = new Map<string, { image: PinnableImage; found: FoundImage & { kind: 'found' } }>();
  const problems: string[] = [];
  const unknown: OciError[] = [];
  const outcomes = await Promise.all(images.map(async (image) => ({ image, found: await findImage(image) })));
  for (const { image, found } of outcomes) {
    if (isOciError(found)) {
      unknown.push(found);
      problems.push(`${image.name} is unknown: ${found.message}${found.hint === undefined ? '' : ` → ${found.hint}`}`);
    } else if (found.kind === 'absent') problems.push(`${image.name} is not published: ${found.reason}`);
    else current.set(image.name, { image, found });
  }
  if (problems.length === 0) return current;
  const isAbsent = problems.length > unknown.length;
  const todo = [
    ...(isAbsent ? ['publish what is missing'] : []),
    ...(unknown.length > 0 ? ['run again when the registry can be asked'] : []),
  ];
  throw listProblems(
    isAbsent ? 'NOT_FOUND' : (unknown[0]?.code ?? 'NOT_FOUND'),
    'Nothing was written, because the published image of some places is not there or not known: ',
    problems,
    `${upperFirst(todo.join(', and '))}; or name the files to pin with \`--files\`.`,
  );
}

/** An answer of a registry that does not say what is there is no answer of "not there". */
async function findImage(image: PinnableImage): Promise<FoundImage | OciError> {
  try {
    return await image.find();
  } catch (error) {
    if (!isOciError(error)) throw error;
    return error;
  }
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function listProblems(code: OciError['code'], doing: string, problems: readonly string[], hint: string): OciError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const lines = problems.map((problem) => `  ${problem}`);
  return new OciError(code, [`${doing}${count}`, ...lines].join('\n'), { hint });
}

type ReadFile = FilePlaces & { readonly file: TextFile };

async function planFile({ file, places, unplaced, uses }: ReadFile, current: Current, options: DecideOptions): Promise<FilePins> {
  const decided = collectOrThrow(NOTHING_PINNED, await attemptAll(places, (place) => decidePlace(place, current, options)));
  const written = decided.flatMap((pinned) => {
    if (pinned.decision.kind !== 'pin') return [];
    const edits = pinned.place.write(pinned.decision.pin);
    return [{ owner: pinned, edits }];
  });
  const possible = written.flatMap(({ owner, edits }) => (typeof edits === 'string' ? [] : [{ owner, edits }]));
  const { edits, shared } = mergeEdits(possible, uses);
  const reasons = new Map<PinnedPlace, string>(
    written.flatMap(({ owner, edits: why }) => (typeof why === 'string' ? [[owner, why] as const] : [])),
  );
  for (const owner of shared) reasons.set(owner, 'an anchor shares its tag with what must not get it: write the tag out here');
  const refused = [...reasons].map(([{ place }, reason]) => ({ offset: place.offset, line: place.line, name: place.name, reason }));
  return { file, places: decided.filter((pinned) => !reasons.has(pinned)), unplaced: [...unplaced, ...refused], edits };
}

async function decidePlace(place: LinedPlace, current: Current, options: DecideOptions): Promise<PinnedPlace> {
  const known = current.get(place.name);
  if (known === undefined) throw new Error(`${place.name} was not looked up.`);
  return { place, project: known.image.project, decision: await decidePin({ place, ...known }, options) };
}

/** One search for each image, however many places name it. */
export function pinnable(image: Omit<PinnableImage, 'find'>, find: () => Promise<FoundImage>): PinnableImage {
  return { ...image, find: memoize(find) };
}

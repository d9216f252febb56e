import { plainText } from '../text/plain-text';
import { style } from '../text/style';
import { type Edit } from './edits/splice';
import { unifiedDiff } from './edits/unified-diff';
import { type FilePins, type PinnedPlace, type PinPlan } from './pin-files';

/** The difference that a pin makes to the files, as `git diff` shows it; `''` if there is none. */
export function renderDifference({ files }: PinPlan): string {
  const patches = files
    .filter(({ edits }) => edits.length > 0)
    .map(({ file: { path, mark, text }, edits }) => unifiedDiff(path, mark + text, edits.map(moveBy(mark.length))));
  return patches.join('\n');
}

const moveBy =
  (length: number) =>
  (edit: Edit): Edit => ({ ...edit, start: edit.start + length, end: edit.end + length });

/** What happens to each place, file by file, and a line that sums it up. */
export function renderPins(plan: PinPlan, mode: 'write' | 'dryRun' | 'check'): string {
  const lines = plan.files.flatMap((file) => [style.bold(plainText(file.file.path)), ...renderFile(file)]);
  const unread = plan.unread.map((what) => `${style.yellow('!')} ${what}`);
  return [...lines, ...unread, sumUp(plan, mode)].join('\n');
}

function renderFile({ places, unplaced }: FilePins): readonly string[] {
  const rows = [
    ...places.map((pinned) => ({ line: pinned.place.line, text: renderPlace(pinned) })),
    ...unplaced.map(({ line, name, reason }) => ({ line, text: `${style.yellow('!')} ${name}: not pinned, because ${reason}` })),
  ];
  return rows.toSorted((one, other) => one.line - other.line).map(({ line, text }) => `  ${line}: ${text}`);
}

function renderPlace({ place, decision }: PinnedPlace): string {
  const { name } = place;
  if (decision.kind === 'upToDate') return `${style.green('✔')} ${name}: up to date`;
  if (decision.kind === 'unchanged') return `${style.green('✔')} ${name}: content unchanged, keeps ${show(place)}`;
  if (decision.kind === 'held') return `${style.yellow('-')} ${name}: held, ${decision.reason}`;
  const notice = decision.notice === undefined ? '' : ` (${decision.notice})`;
  return `${style.green('✔')} ${name}: ${show(place)} → ${show(decision.pin)}${notice}`;
}

const SHOWN_DIGEST = 'sha256:'.length + 12;

/** `v1.2.3@sha256:0123456789ab` */
function show({ tag, digest }: { readonly tag?: string; readonly digest?: string }): string {
  if (tag === undefined && digest === undefined) return 'no tag';
  return `${plainText(tag ?? '')}${digest === undefined ? '' : `@${digest.slice(0, SHOWN_DIGEST)}`}`;
}

function sumUp({ files, fileCount }: PinPlan, mode: 'write' | 'dryRun' | 'check'): string {
  if (files.length === 0) return `No image of this workspace stands in the ${fileCount} files that were searched.`;
  const changed = files.filter(({ edits }) => edits.length > 0).length;
  if (changed === 0) return 'Nothing to pin.';
  const what = changed === 1 ? '1 file' : `${changed} files`;
  if (mode === 'write') return `Pinned ${what}.`;
  return mode === 'check'
    ? `Behind: ${what}. Run the pin without --check, and commit what it writes.`
    : `Dry run: ${what} would change; nothing was written.`;
}

import { type Readable } from 'node:stream';

import { readLayerTar } from '../tar/read-layer-tar';
import { TarHeaders, TarProblem, type TarEntry } from '../tar/tar-headers';
import { type FileKind, type LayerFile, type LayerFiles } from './layer-files';

/** Looks into files while a layer is read. */
export interface FileInspector<Facts> {
  /**
   * Whether to keep the content of a file until it is whole, for `inspect`.
   *
   * @param head its first bytes, at least four where it has so many
   */
  wants(path: string, head: Buffer, sizeBytes: number): boolean;
  inspect(path: string, content: Buffer): Facts | undefined;
}

// A large application with all its dependencies has some hundred thousand.
const MAX_ENTRIES = 2_000_000;

const HEAD_BYTES = 4;

const KINDS: Readonly<Record<string, FileKind>> = { '0': 'file', '7': 'file', '1': 'hardlink', '2': 'link', '5': 'folder' };

/**
 * Lists what a layer has and removes, to the end of its bytes, so that they are verified.
 *
 * @throws TarProblem when what is in there is not a tar archive; the stream's own failures.
 */
export async function readLayerFiles<Facts>(
  content: Readable,
  mediaType: string,
  inspector: FileInspector<Facts>,
  signal?: AbortSignal,
): Promise<LayerFiles<Facts>> {
  const list = new FileList(inspector);
  const headers = new TarHeaders(
    (entry) => list.add(entry),
    (piece) => list.addContent(piece),
  );
  await readLayerTar(content, mediaType, { headers, signal });
  return list.finish();
}

/** A file whose content is passing by. */
interface OpenFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** All of it once that is wanted; its first bytes until then. */
  content: Buffer;
  seenBytes: number;
  isWanted: boolean | undefined;
}

class FileList<Facts> {
  private readonly files = new Map<string, LayerFile<Facts>>();
  private readonly removed = new Set<string>();
  private readonly emptied = new Set<string>();
  private open: OpenFile | undefined;

  constructor(private readonly inspector: FileInspector<Facts>) {}

  add({ type, path, target, mode, uid, gid, size }: TarEntry): void {
    this.open = undefined;
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    const last = names.at(-1);
    if (last === undefined || names.includes('..')) return;
    const folder = names.slice(0, -1).join('/');
    if (last === '.wh..wh..opq') this.emptied.add(folder);
    else if (last.startsWith('.wh.')) this.removed.add([...names.slice(0, -1), last.slice('.wh.'.length)].join('/'));
    else this.addFile(names.join('/'), { kind: KINDS[type] ?? 'other', mode, uid, gid, sizeBytes: size, target });
    if (this.files.size + this.removed.size > MAX_ENTRIES) throw new TarProblem('it has too many files');
  }

  private addFile(path: string, { target = '', ...file }: LayerFile<Facts>): void {
    const isLink = file.kind === 'link' || file.kind === 'hardlink';
    this.files.set(path, { ...file, ...(isLink && { target }) });
    if (file.kind !== 'file' || file.sizeBytes === 0) return;
    this.open = { path, sizeBytes: file.sizeBytes, content: Buffer.alloc(0), seenBytes: 0, isWanted: undefined };
  }

  addContent(piece: Buffer): void {
    const { open } = this;
    if (open === undefined || open.isWanted === false) return;
    // The reader uses its buffers again.
    if (open.isWanted === true) piece.copy(open.content, open.seenBytes);
    else open.content = Buffer.concat([open.content, piece]);
    open.seenBytes += piece.length;
    const isWhole = open.seenBytes >= open.sizeBytes;
    if (open.isWanted === undefined && (isWhole || open.seenBytes >= HEAD_BYTES)) this.decide(open);
    if (open.isWanted === true && isWhole) this.inspect(open);
  }

  private decide(open: OpenFile): void {
    open.isWanted = this.inspector.wants(open.path, open.content, open.sizeBytes);
    const head = open.content;
    open.content = Buffer.alloc(open.isWanted ? open.sizeBytes : 0);
    head.copy(open.content);
  }

  private inspect({ path, content }: OpenFile): void {
    const facts = this.inspector.inspect(path, content);
    const file = this.files.get(path);
    if (facts !== undefined && file !== undefined) this.files.set(path, { ...file, facts });
    this.open = undefined;
  }

  finish(): LayerFiles<Facts> {
    return { files: Object.fromEntries(this.files), removed: [...this.removed], emptied: [...this.emptied] };
  }
}

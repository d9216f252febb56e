/** A part of some content. */
export interface Block {
  readonly bytes: Buffer;
  /** The bytes of the block before it. */
  readonly before: Buffer | undefined;
  readonly isLast: boolean;
}

/**
 * Splits content into blocks of `size` bytes, independent of the chunks in which it arrives.
 *
 * @returns at least one block; the last has 0 to `size` bytes, and 0 only if there is no content.
 */
export async function* cutIntoBlocks(content: AsyncIterable<Buffer>, size: number): AsyncGenerator<Block> {
  let before: Buffer | undefined;
  let block = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const piece of content) {
    for (let taken = 0; taken < piece.length;) {
      if (filled === size) {
        yield { bytes: block, before, isLast: false };
        before = block;
        block = Buffer.allocUnsafe(size);
        filled = 0;
      }
      const copied = piece.copy(block, filled, taken);
      taken += copied;
      filled += copied;
    }
  }
  yield { bytes: block.subarray(0, filled), before, isLast: true };
}

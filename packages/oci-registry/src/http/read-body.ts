/** The whole body, or `too-large` as soon as it is longer than the limit. */
export async function readBody(body: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Buffer | 'too-large'> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.byteLength;
    if (size > limitBytes) return 'too-large';
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

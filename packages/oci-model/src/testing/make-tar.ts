const BLOCK_BYTES = 512;

/** A tar archive of one file, mode 0644, owner 0, time 0. @see POSIX.1-2017, pax, "ustar Interchange Format" */
export function makeTar(name: string, content: Uint8Array): Buffer {
  const padding = (BLOCK_BYTES - (content.byteLength % BLOCK_BYTES)) % BLOCK_BYTES;
  // Two empty blocks end an archive.
  return Buffer.concat([makeHeader(name, content.byteLength), content, Buffer.alloc(padding + 2 * BLOCK_BYTES)]);
}

function makeHeader(name: string, sizeBytes: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(name, 0, 100);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(octal(sizeBytes, 11), 124);
  header.write(octal(0, 11), 136);
  // The checksum is taken with its own field full of spaces.
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${octal(checksum, 6)}\0 `, 148);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

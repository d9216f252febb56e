import { COMPRESSIONS } from '../compression';
import { compress, makeContent, sha256 } from './golden-layers';

/** A program for another Node or another processor: prints what it makes of the content as JSON, a digest for each compression. */
async function main(): Promise<void> {
  const digests = COMPRESSIONS.map(async (compression) => [compression, sha256(await compress(compression, [makeContent()]))] as const);
  process.stdout.write(`${JSON.stringify({ arch: process.arch, ...Object.fromEntries(await Promise.all(digests)) })}\n`);
}

void main();

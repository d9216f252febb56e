import { readFileSync } from 'node:fs';

import { parsePlatform } from '@nx-oci/model';

import { readExecutable } from './read-executable';

const AMD64 = parsePlatform('linux/amd64');
const ARM64 = parsePlatform('linux/arm64');

/** The header of a static ELF file. */
function elf(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.write('7f454c46020101', 'hex');
  header.writeUInt16LE(machine, 18);
  return header;
}

function portableExecutable(): Buffer {
  const content = Buffer.alloc(80);
  content.write('MZ');
  content.writeUInt32LE(64, 60);
  content.write('PE\0\0', 64);
  return content;
}

it.each([
  ['linux/amd64', elf(62), true, false],
  ['linux/arm64', elf(183), false, true],
  ['macOS', Buffer.from('cffaedfe0c000001', 'hex'), false, false],
  ['macOS', Buffer.from('cafebabe00000002', 'hex'), false, false],
  ['Windows', portableExecutable(), false, false],
])('recognises a program for %s', (madeFor, content, onAmd64, onArm64) => {
  const found = readExecutable(content);
  expect(found).toMatchObject({ madeFor });
  expect([found?.runsOn(AMD64), found?.runsOn(ARM64)]).toEqual([onAmd64, onArm64]);
});

it.each([
  ['a script', Buffer.from('#!/bin/sh\n')],
  ['a class of Java', Buffer.from('cafebabe00000041', 'hex')],
  ['nothing', Buffer.alloc(0)],
  ['a header that is cut off', elf(62).subarray(0, 30)],
])('does not recognise %s', (_what, content) => {
  expect(readExecutable(content)).toBeUndefined();
});

(process.platform === 'linux' ? it : it.skip)('names the loader of a program that needs libraries', () => {
  expect(readExecutable(readFileSync('/bin/ls'))?.interpreter).toMatch(/^\/lib/);
});

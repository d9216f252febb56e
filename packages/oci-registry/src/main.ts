#!/usr/bin/env node
import { runProgram } from './program/run-program';

const stopped = new Promise<void>((resolve) => {
  // Once: whoever asks a second time wants it to end at once, and Node's default does that.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
});

void runProgram({
  words: process.argv.slice(2),
  environment: process.env,
  print: (text) => console.log(text),
  printError: (text) => console.error(text),
  stopped,
}).then((code) => {
  process.exitCode = code;
});

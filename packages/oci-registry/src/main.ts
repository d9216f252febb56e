#!/usr/bin/env node
import { runProgram } from './program/run-program';
import { untilLauncherEnds } from './program/until-launcher-ends';

const signalled = new Promise<void>((resolve) => {
  // Once: a second signal ends the process at once, by Node's default.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
});

void runProgram({
  words: process.argv.slice(2),
  environment: process.env,
  print: (text) => console.log(text),
  printError: (text) => console.error(text),
  stopped: Promise.race([signalled, untilLauncherEnds(process.env)]),
}).then((code) => {
  process.exitCode = code;
});

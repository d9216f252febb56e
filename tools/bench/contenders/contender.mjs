/**
 * @typedef {object} Command
 * @property {string} program
 * @property {readonly string[]} args
 * @property {Record<string, string>} [env] added to the environment
 *
 * @typedef {object} Push an image of a layout folder, under one or more tags
 * @property {import('../make-image.mjs').Image} image
 * @property {string} host
 * @property {string} repository
 * @property {readonly string[]} tags
 *
 * @typedef {object} Copy an image (tag `latest`) of one repository to another, of the same registry or not
 * @property {{ host: string, repository: string }} from
 * @property {{ host: string, repository: string }} to
 *
 * @typedef {object} Retag more tags for an image (tag `from`), in its repository
 * @property {string} host
 * @property {string} repository
 * @property {string} from
 * @property {readonly string[]} tags
 *
 * @typedef {object} Way how clients reach registries
 * @property {boolean} [isTls] with a certificate that no client trusts
 * @property {readonly Push[]} [warmUp] what a contender with `isWarm` pushes first, in the same process, not measured
 *
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} version
 * @property {boolean} [isOurs]
 * @property {boolean} [remembers] keeps its cache from the step before, while others start with none
 * @property {boolean} [isWarm] its process has pushed before
 * @property {boolean} [prefersPush] knows by itself which repository has a layer, so that it needs no explicit copy
 * @property {boolean} [needsSeveralTags] differs from another contender only when an image is pushed with more than one tag
 * @property {boolean} [isDaemon] a process that is not measured does its work
 * @property {(images: readonly import('../make-image.mjs').Image[]) => void} [prepare] once, before everything
 * @property {(step: Step, when: Way & { isFirst: boolean }) => void} [ready] before each step, not measured; `isFirst` of a run
 * @property {(pushes: readonly Push[], way: Way) => readonly Command[]} [push] one command for all, if possible; absent if it
 *   cannot push a layout
 * @property {(pushes: readonly Push[], way: Way) => readonly Command[]} [pushAtOnce] a command for each, which run in parallel;
 *   absent if it is `push` of each
 * @property {(copy: Copy, way: Way) => readonly Command[]} copy
 * @property {(copies: readonly Copy[], way: Way) => readonly Command[]} [copyToAll] of one image; absent if it is `copy` of each
 * @property {(retag: Retag, way: Way) => readonly Command[]} retag
 * @property {() => void} [tidy] once, after everything
 *
 * @typedef {{ pushes?: readonly Push[], copy?: Copy, copies?: readonly Copy[], retag?: Retag, isAtOnce?: boolean }} Step with
 *   pushes and a copy, the contender does one of them; `copies` are of one image; `isAtOnce`: its commands start together
 */

import { execFileSync } from 'node:child_process';

/** @param {{ host: string, repository: string }} place @param {string} tag */
export function nameOf({ host, repository }, tag = 'latest') {
  return `${host}/${repository}:${tag}`;
}

/**
 * The version that a program reports.
 *
 * @param {string} program
 * @param {readonly string[]} args
 */
export function askVersion(program, args) {
  return /\d+\.\d+\.\d+/.exec(execFileSync(program, args, { encoding: 'utf8' }))?.[0] ?? 'unknown';
}

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
 * @typedef {object} Way how registries are spoken to
 * @property {boolean} [isTls] with a certificate that nobody knows
 * @property {readonly Push[]} [warmUp] what a contender that `isWarm` pushes first, in the same process and unmeasured
 *
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} version
 * @property {boolean} [isOurs]
 * @property {boolean} [remembers] starts with what the step before taught it, where others start from nothing
 * @property {boolean} [isWarm] its process has done such work before
 * @property {boolean} [prefersPush] knows by itself which repository has a layer, and needs no copy to be told
 * @property {boolean} [needsSeveralTags] differs from another contender only where an image is pushed with more than one tag
 * @property {boolean} [isDaemon] its work is done by a process that is not measured
 * @property {(images: readonly import('../make-image.mjs').Image[]) => void} [prepare] once, before everything
 * @property {(step: Step, when: Way & { isFirst: boolean }) => void} [ready] before each step, not measured; `isFirst` of a run
 * @property {(pushes: readonly Push[], way: Way) => readonly Command[]} [push] one command for all, where it can; absent
 *   where it cannot be given an image
 * @property {(pushes: readonly Push[], way: Way) => readonly Command[]} [pushAtOnce] a command for each, which run together;
 *   absent where it is `push` of each
 * @property {(copy: Copy, way: Way) => readonly Command[]} copy
 * @property {(copies: readonly Copy[], way: Way) => readonly Command[]} [copyToAll] of one image; absent where it is `copy` of each
 * @property {(retag: Retag, way: Way) => readonly Command[]} retag
 * @property {() => void} [tidy] once, after everything
 *
 * @typedef {{ pushes?: readonly Push[], copy?: Copy, copies?: readonly Copy[], retag?: Retag, isAtOnce?: boolean }} Step with pushes and
 *   a copy, either one does; `copies` are of one image; `isAtOnce`: its commands start together
 */

import { execFileSync } from 'node:child_process';

/** @param {{ host: string, repository: string }} place @param {string} tag */
export function nameOf({ host, repository }, tag = 'latest') {
  return `${host}/${repository}:${tag}`;
}

/**
 * What a program tells of its version.
 *
 * @param {string} program
 * @param {readonly string[]} args
 */
export function askVersion(program, args) {
  return /\d+\.\d+\.\d+/.exec(execFileSync(program, args, { encoding: 'utf8' }))?.[0] ?? 'unknown';
}

import { binary } from './binary';
import { dockerfile } from './dockerfile';
import { files } from './files';
import { type Kind } from '../options/kind';
import { next } from './next';
import { node } from './node';
import { staticFiles } from './static';

/** All kinds, in the order of detection: options and Dockerfiles come first. */
export const KINDS: readonly Kind[] = [files, dockerfile, next, staticFiles, binary, node];

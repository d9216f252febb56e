import { dockerfile } from './dockerfile';
import { files } from './files';
import { type Kind } from '../options/kind';
import { node } from './node';

/** All kinds, in the order in which they are looked for: what the options or a Dockerfile say comes first. */
export const KINDS: readonly Kind[] = [files, dockerfile, node];

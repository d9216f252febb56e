import { dockerfile } from './dockerfile';
import { files } from './files';
import { type Kind } from '../options/kind';
import { node } from './node';
import { staticFiles } from './static';

/** All kinds, in the order in which they are looked for: what the options or a Dockerfile say comes first. */
export const KINDS: readonly Kind[] = [files, dockerfile, staticFiles, node];

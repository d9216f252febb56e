import { resolve } from 'node:path';

/** The workspace that contains this file, whose packages are packed and tested. */
export const WORKSPACE_ROOT = resolve(__dirname, '../../../..');

import { resolve } from 'node:path';

/** The workspace that this file is part of: what is packed and tested. */
export const WORKSPACE_ROOT = resolve(__dirname, '../../../..');

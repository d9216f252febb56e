import { endlessBody } from './endless-body';
import { hugeSize, imageAndIndex } from './false-document';
import { foreignRealm } from './foreign-realm';
import { foreignRedirect } from './foreign-redirect';
import { foreignUpload } from './foreign-upload';
import { terminalCodes } from './terminal-codes';
import { fewerBytes, moreBytes, otherBytes } from './wrong-content';

/** Registries that mean harm, each after an incident that happened to a client. For tests of clients. */
export const hostileProfiles = {
  foreignRealm,
  foreignRedirect,
  foreignUpload,
  otherBytes,
  fewerBytes,
  moreBytes,
  endlessBody,
  hugeSize,
  imageAndIndex,
  terminalCodes,
};

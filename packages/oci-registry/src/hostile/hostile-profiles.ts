import { cookies } from './cookies';
import { endlessBody } from './endless-body';
import { endlessPages } from './endless-pages';
import { endlessRedirect } from './endless-redirect';
import { endlessToken } from './endless-token';
import { foreignLayers, hugeSize, imageAndIndex, imageCalledIndex, pathInDigest, terminalDocument } from './false-document';
import { falseReceipt } from './false-receipt';
import { foreignRealm } from './foreign-realm';
import { foreignRedirect, foreignRedirectOfWriters } from './foreign-redirect';
import { foreignUpload } from './foreign-upload';
import { terminalCodes, terminalHeaders } from './terminal-codes';
import { fewerBytes, moreBytes, otherBytes, otherManifest } from './wrong-content';

/** Registries that attack clients, each modelled after a real incident. For tests of clients. */
export const hostileProfiles = {
  foreignRealm,
  foreignRedirect,
  foreignRedirectOfWriters,
  foreignUpload,
  foreignLayers,
  otherBytes,
  otherManifest,
  fewerBytes,
  moreBytes,
  falseReceipt,
  endlessBody,
  endlessPages,
  endlessRedirect,
  endlessToken,
  hugeSize,
  imageAndIndex,
  imageCalledIndex,
  pathInDigest,
  cookies,
  terminalCodes,
  terminalDocument,
  terminalHeaders,
};

// From 1980, the first year that zip archives know, until the end of 1996: no program takes such a time for that of a recent change.
const FIRST_SECOND = Date.UTC(1980, 0, 2) / 1000;
const SECONDS = 2 ** 29;

/**
 * The modification time of a file in a layer, in seconds since 1970: another one for another content, always the same for the same.
 *
 * Web servers and frameworks (nginx, Express, Next) identify the version of a file by its size and time. With one time for all
 * files, a browser would keep the old one of two files of equal size.
 *
 * @param checksum CRC-32 of its content
 */
export function timeOfChecksum(checksum: number): number {
  return FIRST_SECOND + (checksum % SECONDS);
}

/** A PEM with the line ends that OpenSSL knows: to it, carriage returns alone make one long line in which there is nothing. */
export function withNewlines(pem: string): string {
  return pem.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
}

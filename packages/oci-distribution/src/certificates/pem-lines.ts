/** A PEM with newlines: OpenSSL reads carriage returns alone as one long line without content. */
export function withNewlines(pem: string): string {
  return pem.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
}

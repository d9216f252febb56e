/** How one registry host is spoken to. Everything is optional: by default TLS with the system's roots. */
export interface HostSettings {
  /** Speak HTTP without TLS. Default: only for `localhost`, 127.0.0.0/8 and `[::1]`. */
  readonly plainHttp?: boolean;
  readonly tls?: TlsSettings;
  /**
   * `host[:port]` of servers that belong to this registry though their name is another: a token service that may see
   * the credentials, a storage on a private address. Everything else of another name is treated as a stranger.
   */
  readonly trustedHosts?: readonly string[];
}

/** Our own certificate and its key, PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** TLS of one registry; `ca` and `verify` also hold for the hosts in `trustedHosts`, client certificates too. */
export interface TlsSettings {
  /** Certificate authorities to trust besides the usual ones, PEM. */
  readonly ca?: string;
  /** Client certificate, PEM. Needs `key`. */
  readonly cert?: string;
  readonly key?: string;
  /** Those to show instead, in turn, where the registry does not accept the first. */
  readonly moreCertificates?: readonly ClientCertificate[];
  /** `false` accepts any certificate: traffic and credentials can then be read on the way. Default `true`. */
  readonly verify?: boolean;
}

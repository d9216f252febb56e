/** The settings of one registry host, all optional: the default is TLS with the system's roots. */
export interface HostSettings {
  /** Use HTTP without TLS. Default: only for `localhost`, 127.0.0.0/8 and `[::1]`. */
  readonly plainHttp?: boolean;
  readonly tls?: TlsSettings;
  /**
   * `host[:port]` of servers that belong to this registry under other names: a token service that may receive the
   * credentials, storage at a private address. All other hosts are untrusted.
   */
  readonly trustedHosts?: readonly string[];
}

/** A client certificate and its key, PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** TLS of one registry; all of it also applies to the hosts in `trustedHosts`. */
export interface TlsSettings {
  /** Certificate authorities to trust in addition to the default ones, PEM. */
  readonly ca?: string;
  /** Client certificate, PEM. Needs `key`. */
  readonly cert?: string;
  readonly key?: string;
  /** Client certificates to try in turn if the registry rejects the first. */
  readonly moreCertificates?: readonly ClientCertificate[];
  /** `false` accepts any certificate: then others can read traffic and credentials. Default `true`. */
  readonly verify?: boolean;
}

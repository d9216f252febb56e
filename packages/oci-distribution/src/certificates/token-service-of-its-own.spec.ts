import { copyImage } from '@nx-oci/model';
import { describeWith, makeImage, MemoryStore, toFailWithCode } from '@nx-oci/model/testing';

import { basicHeader } from '../auth/fetch-token';
import { type HostSettings, type TlsSettings } from '../host/host-settings';
import { makeCertificate } from '../testing/make-certificate';
import { startRealRegistry, type RealRegistry } from '../testing/real-registry';
import { ALICE, testClient } from '../testing/test-client';
import { startTokenServer, type TokenServer } from '../testing/token-service';

expect.extend({ toFailWithCode });

const AUTHORITY = makeCertificate('a private authority');
const OTHER_AUTHORITY = makeCertificate('another private authority');
const CLIENT = makeCertificate('client', AUTHORITY);
const IMAGE = makeImage({ layers: 2 });

describeWith(
  ['distribution-3-program'],
  'distribution 3 and a token service of another host, both behind a private authority',
  (things) => {
    let registry: RealRegistry;
    let tokens: TokenServer;

    const start = async (
      options: { readonly tokenAuthority?: typeof AUTHORITY; readonly clientAuthority?: string } = {},
    ): Promise<void> => {
      const { tokenAuthority = AUTHORITY, clientAuthority } = options;
      tokens = await startTokenServer({
        certificate: makeCertificate('token service', tokenAuthority),
        account: basicHeader(ALICE),
        clientAuthority,
      });
      registry = await startRealRegistry(things.tool('distribution-3-program'), {
        certificate: makeCertificate('registry', AUTHORITY),
        tokens,
        clientAuthority,
      });
    };

    /** Pushes and pulls. */
    const pushAndPull = async (tls: TlsSettings, more: HostSettings = { trustedHosts: [tokens.host] }): Promise<void> => {
      const client = testClient({ credential: ALICE, hosts: () => ({ plainHttp: false, tls, ...more }) });
      const repository = client.repository({ registry: registry.host, repository: 'team/api', access: 'push' });
      await copyImage(new MemoryStore(IMAGE.contents), repository, IMAGE.manifest.descriptor);
      await repository.tag(IMAGE.manifest, '1.0.0');
      expect(await repository.resolve('1.0.0')).toEqual(IMAGE.manifest.descriptor);
      await copyImage(repository, new MemoryStore(), IMAGE.manifest.descriptor);
      await client.close();
    };
    const untrusted = (host: string): RegExp => new RegExp(`the TLS certificate of ${host.replaceAll('.', '\\.')} was not accepted`);

    it('are both trusted with one `ca`, and need one token', async () => {
      await start();
      await pushAndPull({ ca: AUTHORITY.cert });
      expect(tokens.seen).toEqual([{ authorization: basicHeader(ALICE), hasCertificate: false }]);
    });

    it('are not trusted without it: the error names the registry, which comes first', async () => {
      await start();
      await expect(pushAndPull({})).toFailWithCode('TLS_UNTRUSTED', untrusted(registry.host));
      await expect(pushAndPull({ ca: OTHER_AUTHORITY.cert })).toFailWithCode('TLS_UNTRUSTED', untrusted(registry.host));
    });

    it('are distinguished if only one is trusted: the error names the token service and its registry', async () => {
      await start({ tokenAuthority: OTHER_AUTHORITY });
      await expect(pushAndPull({ ca: AUTHORITY.cert })).toFailWithCode('TLS_UNTRUSTED', untrusted(tokens.host));
      await expect(pushAndPull({ ca: AUTHORITY.cert })).toFailWithCode(
        'TLS_UNTRUSTED',
        new RegExp(`${registry.host} uses that token service`),
      );
      await expect(pushAndPull({ ca: OTHER_AUTHORITY.cert })).toFailWithCode('TLS_UNTRUSTED', untrusted(registry.host));
      expect(tokens.seen).toEqual([]);
      await pushAndPull({ ca: AUTHORITY.cert + OTHER_AUTHORITY.cert });
    });

    it('both receive our certificate if the user trusts the token service, which otherwise gets neither it nor the login', async () => {
      await start({ clientAuthority: AUTHORITY.cert });
      await pushAndPull({ ca: AUTHORITY.cert, ...CLIENT });
      expect(tokens.seen).toEqual([{ authorization: basicHeader(ALICE), hasCertificate: true }]);
      await expect(pushAndPull({ ca: AUTHORITY.cert, ...CLIENT }, {})).toFailWithCode('UNAUTHORIZED', new RegExp(tokens.host));
      expect(tokens.seen[1]).toEqual({ authorization: undefined, hasCertificate: false });
    });

    it('do not share `verify: false`, which is for the registry and trusted hosts only', async () => {
      await start();
      await pushAndPull({ verify: false });
      await expect(pushAndPull({ verify: false }, {})).toFailWithCode('TLS_UNTRUSTED', untrusted(tokens.host));
    });
  },
);

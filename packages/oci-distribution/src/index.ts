export { createRegistryClient, type RegistryClient, type RegistryClientOptions, type RegistryWarning, type RepositoryName } from './client';
export { type Repository } from './repository';
export { type ClientCertificate, type HostSettings, type TlsSettings } from './host-settings';
export { findCertificates, listCertificateFolders } from './certificates/find-certificates';
export { credentialChain, type Credential, type CredentialAnswer, type CredentialSource } from './credentials/credential';
export { dockerConfigCredentials, type DockerConfigOptions } from './credentials/docker-config';
export { DEFAULT_RETRY_POLICY, type RetryPolicy } from './transport/retry-policy';
export { type HostFacts, type KnownLogin } from './host-facts';
export { type AssumedBlob } from './assumed-blobs';

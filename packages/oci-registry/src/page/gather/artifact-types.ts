/** What people call the artifact types that the usual tools write. */
const NAMES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^application\/vnd\.dev\.cosign\.artifact\.sig\./, 'Signature (cosign)'],
  [/^application\/vnd\.dev\.cosign\.artifact\.att\./, 'Attestation (cosign)'],
  [/^application\/vnd\.dev\.cosign\.artifact\.sbom\./, 'SBOM (cosign)'],
  [/^application\/vnd\.dev\.sigstore\.bundle/, 'Signature (sigstore bundle)'],
  [/^application\/vnd\.cncf\.notary\.signature/, 'Signature (Notation)'],
  [/^application\/(?:spdx\+json|vnd\.spdx|text\/spdx)|^text\/spdx/, 'SBOM (SPDX)'],
  [/^application\/vnd\.cyclonedx/, 'SBOM (CycloneDX)'],
  [/^application\/vnd\.in-toto/, 'Attestation (in-toto)'],
  [/^application\/vnd\.docker\.attestation/, 'Attestation (BuildKit)'],
  [/^application\/vnd\.cncf\.helm\.config/, 'Helm chart'],
  [/^application\/vnd\.(?:goharbor|aquasec|sarif)|sarif/, 'Scan result'],
];

// Of media types, RFC 6838 allows 255 characters.
const LONGEST = 255;

/** The name of an artifact type; the type itself, at most its first 255 characters, if it has none. */
export function describeArtifactType(type: string | undefined): string {
  if (type === undefined) return 'artifact';
  return NAMES.find(([pattern]) => pattern.test(type))?.[1] ?? type.slice(0, LONGEST);
}

/** A tag that cosign 2 writes beside an image: `sha256-<hex>.sig`. The name of what it holds; `undefined` for other tags. */
export function describeCosignTag(tag: string): string | undefined {
  const [, suffix] = /^sha256-[0-9a-f]{64}\.(sig|att|sbom)$/.exec(tag) ?? [];
  return suffix === undefined ? undefined : { sig: 'Signature (cosign)', att: 'Attestation (cosign)', sbom: 'SBOM (cosign)' }[suffix];
}

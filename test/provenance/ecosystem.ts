/**
 * A Sigstore of our own for one test file: certificate authority, transparency logs of both generations, timestamp
 * authority, and a registry's attestation key. It signs statements into bundles and gives the trust data that believes them.
 * Nothing of it opens a socket; the pieces are those of @sigstore/mock, the Rekor v2 entry is made by hand.
 */
import { generateKeyPairSync, type KeyObject, randomInt, sign } from 'node:crypto';
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from '@sigstore/mock';
import { preAuthEncoding } from '../../src/provenance/signed-content.ts';
import { authority, bytesOf, ecKeys, type Json, sha256, signingClock, spki, trustedLog } from './trust-material.ts';

/** What a build's certificate says. */
export interface Build {
  readonly issuer: string;
  readonly repository: string;
  readonly repositoryId: string;
  readonly workflow: string;
  readonly ref: string;
  readonly commit: string;
  readonly trigger: string;
  readonly runner: string;
}

export const ordinaryBuild: Build = {
  issuer: 'https://token.actions.githubusercontent.com',
  repository: 'https://github.com/acme/widget',
  repositoryId: '4711',
  workflow: '.github/workflows/release.yml',
  ref: 'refs/tags/v1.2.3',
  commit: '5f3c'.repeat(10),
  trigger: 'push',
  runner: 'github-hosted',
};

/** One package version. `integrity` is an SRI string. */
export interface Target {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}

/** One element of the attestations endpoint's answer. */
export interface Attestation {
  readonly predicateType: string;
  readonly bundle: Json;
}

export interface SignOptions {
  readonly build?: Partial<Build>;
  /** Changes the statement before it is signed. */
  readonly statement?: (statement: Json) => Json;
  /** The generation of the log; 2 brings a timestamp. */
  readonly log?: 1 | 2;
}

export interface Ecosystem {
  /** Trust data in the shape of `allowlists/registries/public-trust.json`. */
  readonly trustData: string;
  readonly trustedRoot: Json;
  /** An entry of `/-/npm/v1/keys`. */
  readonly registryKey: Json & { readonly keyid: string };
  readonly provenance: (target: Target, options?: SignOptions) => Promise<Attestation>;
  readonly publish: (target: Target, options?: Pick<SignOptions, 'statement'>) => Promise<Attestation>;
}

interface MockLogEntry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: {
      readonly logIndex: number;
      readonly treeSize: number;
      readonly rootHash: string;
      readonly checkpoint: string;
    };
  };
}

const payloadType = 'application/vnd.in-toto+json';
const publishType = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';
const provenanceType = 'https://slsa.dev/provenance/v1';

export async function createEcosystem(): Promise<Ecosystem> {
  const clock = signingClock();
  const ctKeys = ecKeys('P-256');
  const ctLog = await initializeCTLog(ctKeys, clock);
  const ca = await initializeCA(ecKeys('P-384'), ctLog, clock);
  const logKeys = ecKeys('P-256');
  const log = await initializeTLog('https://rekor.example', logKeys, clock);
  const log2Keys = generateKeyPairSync('ed25519');
  const tsa = await initializeTSA(ecKeys('P-384'), clock);
  const registryKeys = ecKeys('P-256');
  const keyid = `SHA256:${sha256(spki(registryKeys.publicKey)).toString('base64').replace(/=+$/, '')}`;
  const start = new Date(Date.now() - 3_600_000).toISOString();

  const trustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      trustedLog('https://rekor.example', logKeys.publicKey, 'PKIX_ECDSA_P256_SHA_256', start),
      trustedLog('https://log2.rekor.example', log2Keys.publicKey, 'PKIX_ED25519', start),
    ],
    certificateAuthorities: [authority('https://fulcio.example', [ca.rootCertificate], start)],
    ctlogs: [trustedLog('https://ct.example', ctKeys.publicKey, 'PKIX_ECDSA_P256_SHA_256', start)],
    timestampAuthorities: [authority('https://tsa.example', [tsa.intCertificate, tsa.rootCertificate], start)],
  };
  const registryKey = {
    expires: null,
    keyid,
    keytype: 'ecdsa-sha2-nistp256',
    scheme: 'ecdsa-sha2-nistp256',
    key: spki(registryKeys.publicKey).toString('base64'),
  };

  /** Rekor v1: the mock's own log, given the entry as Rekor itself canonicalises it. */
  const logV1 = async (payload: Buffer, signature: Buffer, verifier: string): Promise<Json> => {
    // The mock's types come from a package that is not installed; this is what it answers.
    const answer = (await log.log({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        envelopeHash: { algorithm: 'sha256', value: sha256(Buffer.concat([payload, signature])).toString('hex') },
        payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
        signatures: [{ signature: signature.toString('base64'), verifier: Buffer.from(verifier).toString('base64') }],
      },
    })) as unknown as Readonly<Record<string, MockLogEntry>>;
    const [entry] = Object.values(answer);
    if (entry === undefined) throw new Error('the mock log gave no entry');
    const { inclusionProof, signedEntryTimestamp } = entry.verification;
    return {
      logIndex: String(entry.logIndex),
      logId: { keyId: Buffer.from(entry.logID, 'hex').toString('base64') },
      kindVersion: { kind: 'dsse', version: '0.0.1' },
      integratedTime: String(entry.integratedTime),
      inclusionPromise: { signedEntryTimestamp },
      inclusionProof: {
        logIndex: String(inclusionProof.logIndex),
        rootHash: Buffer.from(inclusionProof.rootHash, 'hex').toString('base64'),
        treeSize: String(inclusionProof.treeSize),
        hashes: [],
        checkpoint: { envelope: inclusionProof.checkpoint },
      },
      canonicalizedBody: entry.body,
    };
  };

  /** Rekor v2: one leaf in a tree of its own. */
  const logV2 = (payload: Buffer, signature: Buffer, certificate: Buffer): Json => {
    const verifier = { keyDetails: 'PKIX_ECDSA_P256_SHA_256', x509Certificate: { rawBytes: certificate.toString('base64') } };
    const spec = {
      dsseV002: {
        payloadHash: { algorithm: 'SHA2_256', digest: sha256(payload).toString('base64') },
        signatures: [{ content: signature.toString('base64'), verifier }],
      },
    };
    const body = Buffer.from(JSON.stringify({ apiVersion: '0.0.2', kind: 'dsse', spec }));
    const rootHash = sha256(Buffer.concat([Buffer.from([0]), body])).toString('base64');
    const note = `log2.rekor.example\n1\n${rootHash}\n`;
    const logId = sha256(spki(log2Keys.publicKey));
    const line = Buffer.concat([logId.subarray(0, 4), sign(null, Buffer.from(note), log2Keys.privateKey)]);
    return {
      logIndex: '0',
      logId: { keyId: logId.toString('base64') },
      kindVersion: { kind: 'dsse', version: '0.0.2' },
      integratedTime: '0',
      inclusionProof: {
        logIndex: '0',
        rootHash,
        treeSize: '1',
        hashes: [],
        checkpoint: { envelope: `${note}\n\u2014 log2.rekor.example ${line.toString('base64')}\n` },
      },
      canonicalizedBody: body.toString('base64'),
    };
  };

  const timestamp = async (signature: Buffer): Promise<Json> => {
    const answer = await tsa.timestamp({
      artifactHash: sha256(signature),
      hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
      nonce: randomInt(1_000_000),
      policyOID: '1.3.6.1.4.1.57264.2',
    });
    return { signedTimestamp: bytesOf(answer).toString('base64') };
  };

  return {
    trustedRoot,
    registryKey,
    trustData: JSON.stringify({
      description: 'a test',
      source: 'a test',
      date: new Date().toISOString().slice(0, 10),
      trustedRoot,
      registryKeys: { keys: [registryKey] },
    }),
    provenance: async (target, options = {}) => {
      const build = { ...ordinaryBuild, ...options.build };
      const keys = ecKeys('P-256');
      const certificate = bytesOf(
        await ca.issueCertificate({
          publicKey: spki(keys.publicKey),
          subjectAltName: `${build.repository}/${build.workflow}@${build.ref}`,
          extensions: extensionsOf(build),
        }),
      );
      const { payload, signature } = signStatement(provenanceStatement(target, build), keys.privateKey, options.statement);
      const pem = `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`;
      const isV2 = options.log === 2;
      return {
        predicateType: provenanceType,
        bundle: {
          mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
          verificationMaterial: {
            certificate: { rawBytes: certificate.toString('base64') },
            tlogEntries: [isV2 ? logV2(payload, signature, certificate) : await logV1(payload, signature, pem)],
            timestampVerificationData: { rfc3161Timestamps: isV2 ? [await timestamp(signature)] : [] },
          },
          dsseEnvelope: envelope(payload, signature, ''),
        },
      };
    },
    publish: async (target, options = {}) => {
      const { payload, signature } = signStatement(publishStatement(target), registryKeys.privateKey, options.statement);
      return {
        predicateType: publishType,
        bundle: {
          mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2',
          verificationMaterial: {
            publicKey: { hint: keyid },
            tlogEntries: [await logV1(payload, signature, registryKeys.publicKey.export({ format: 'pem', type: 'spki' }).toString())],
          },
          dsseEnvelope: envelope(payload, signature, keyid),
        },
      };
    },
  };
}

function signStatement(
  statement: Json,
  key: KeyObject,
  change: SignOptions['statement'],
): { readonly payload: Buffer; readonly signature: Buffer } {
  const payload = Buffer.from(JSON.stringify(change === undefined ? statement : change(statement)));
  return { payload, signature: sign('sha256', preAuthEncoding(payloadType, payload), key) };
}

function envelope(payload: Buffer, signature: Buffer, keyid: string): Json {
  return { payload: payload.toString('base64'), payloadType, signatures: [{ sig: signature.toString('base64'), keyid }] };
}

function subjectOf({ name, version, integrity }: Target): readonly Json[] {
  const sha512 = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
  return [{ name: `pkg:npm/${name.replace(/^@/, '%40')}@${version}`, digest: { sha512 } }];
}

function publishStatement(target: Target): Json {
  const { name, version } = target;
  return {
    _type: 'https://in-toto.io/Statement/v0.1',
    subject: subjectOf(target),
    predicateType: publishType,
    predicate: { name, version, registry: 'https://registry.example' },
  };
}

function provenanceStatement(target: Target, build: Build): Json {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjectOf(target),
    predicateType: provenanceType,
    predicate: {
      buildDefinition: {
        buildType: 'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1',
        externalParameters: { workflow: { ref: build.ref, repository: build.repository, path: build.workflow } },
        internalParameters: { github: { event_name: build.trigger, repository_id: build.repositoryId } },
        resolvedDependencies: [{ uri: `git+${build.repository}@${build.ref}`, digest: { gitCommit: build.commit } }],
      },
      runDetails: { builder: { id: 'https://github.com/actions/runner/github-hosted' } },
    },
  };
}

function extensionsOf(build: Build): { oid: string; value: string }[] {
  const values: Readonly<Record<number, string>> = {
    8: build.issuer,
    11: build.runner,
    12: build.repository,
    13: build.commit,
    14: build.ref,
    15: build.repositoryId,
    18: `${build.repository}/${build.workflow}@${build.ref}`,
    20: build.trigger,
  };
  return Object.entries(values).map(([number, value]) => ({ oid: `1.3.6.1.4.1.57264.1.${number}`, value }));
}

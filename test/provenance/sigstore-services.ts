/** Fulcio and Rekor (v1) of @sigstore/mock behind one node:http server on 127.0.0.1, and the trusted root that believes them. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { fulcioHandler, initializeCA, initializeCTLog, initializeTLog, rekorHandler } from '@sigstore/mock';
import { authority, bytesOf, ecKeys, type Json, signingClock, trustedLog } from './trust-material.ts';

export interface SigstoreServices {
  /** Of both services, without trailing slash. */
  readonly url: string;
  readonly trustedRoot: Json;
  /** An OIDC token with these claims: unsigned, as the mock's authority takes it. */
  readonly token: (claims: Readonly<Record<string, string>>) => string;
  readonly close: () => Promise<void>;
}

interface ProposedDsse {
  readonly kind: string;
  readonly spec?: { readonly proposedContent?: { readonly envelope: string; readonly verifiers: readonly string[] } };
}

export async function startSigstoreServices(): Promise<SigstoreServices> {
  const clock = signingClock();
  const [ctKeys, logKeys] = [ecKeys('P-256'), ecKeys('P-256')];
  const ca = await initializeCA(ecKeys('P-384'), await initializeCTLog(ctKeys, clock), clock);
  const handlers = new Map<string, (body: string) => ReturnType<ReturnType<typeof fulcioHandler>['fn']>>();
  const fulcio = fulcioHandler(ca);
  handlers.set(fulcio.path, fulcio.fn);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const handle = handlers.get(request.url ?? '');
    if (handle === undefined) return void response.writeHead(404).end();
    const { statusCode, response: body, contentType = 'text/plain' } = await handle(await text(request));
    response.writeHead(statusCode, { 'content-type': contentType }).end(typeof body === 'string' ? body : bytesOf(body));
  };
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the services have no port');
  const url = `http://127.0.0.1:${address.port}`;

  const rekor = rekorHandler(await initializeTLog(url, logKeys, clock));
  handlers.set(rekor.path, (body) => rekor.fn(asRekorKeepsIt(body)));
  const start = new Date(clock.getTime() - 3_600_000).toISOString();
  return {
    url,
    trustedRoot: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [trustedLog(url, logKeys.publicKey, 'PKIX_ECDSA_P256_SHA_256', start)],
      certificateAuthorities: [authority('https://fulcio.example', [ca.rootCertificate], start)],
      ctlogs: [trustedLog('https://ct.example', ctKeys.publicKey, 'PKIX_ECDSA_P256_SHA_256', start)],
      timestampAuthorities: [],
    },
    token: (claims) => {
      const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      return `${part({ alg: 'none' })}.${part(claims)}.`;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The real Rekor keeps hashes of a proposed envelope; the mock echoes the proposal, which nothing could verify. */
function asRekorKeepsIt(body: string): string {
  const proposed = JSON.parse(body) as ProposedDsse; // the client of this test wrote it
  const content = proposed.spec?.proposedContent;
  if (proposed.kind !== 'dsse' || content === undefined) return body;
  const envelope = JSON.parse(content.envelope) as { payload: string; signatures: { sig: string }[] };
  const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  return JSON.stringify({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: { algorithm: 'sha256', value: sha256(Buffer.from(content.envelope)) },
      payloadHash: { algorithm: 'sha256', value: sha256(Buffer.from(envelope.payload, 'base64')) },
      signatures: [{ signature: envelope.signatures[0]?.sig, verifier: content.verifiers[0] }],
    },
  });
}

import type { CertificateClaims } from './certificate.ts';
import { judge, refuse, type Verdict } from './verdict.ts';

/** Who may speak for a build: the OIDC issuer, exactly, and the host whose repositories it speaks for. */
export interface BuildProvider {
  readonly issuer: string;
  readonly type: 'github' | 'gitlab';
  /** Scheme and host, e.g. `https://github.com`. */
  readonly origin: string;
}

/** The public providers. GitHub Enterprise tenants and own GitLab instances are named by policy. */
export const publicProviders: readonly BuildProvider[] = [
  { issuer: 'https://token.actions.githubusercontent.com', type: 'github', origin: 'https://github.com' },
  { issuer: 'https://gitlab.com', type: 'gitlab', origin: 'https://gitlab.com' },
];

/** The build that a certificate was issued to. Nothing in it comes from the predicate. */
export interface BuildIdentity {
  readonly provider: BuildProvider['type'];
  readonly issuer: string;
  /** The workflow that signed, with its ref: the certificate's subject. A reusable workflow lives in another repository. */
  readonly signer: string;
  readonly sourceRepository: string;
  readonly commit: string;
  readonly ref: string;
  readonly trigger: string;
  /** Absent in certificates from before the middle of 2023. */
  readonly runner?: string;
  readonly repositoryId?: string;
  readonly ownerId?: string;
  /** The workflow that was started, with its ref; the signer's own address where nothing else is said. */
  readonly workflow: string;
  readonly run?: string;
}

/** Fulcio's extension numbers (docs/oid-info.md): the old generation is raw text, the new one typed. */
const newest = {
  issuer: 8,
  buildSigner: 9,
  runner: 11,
  repository: 12,
  commit: 13,
  ref: 14,
  repositoryId: 15,
  ownerId: 17,
  workflow: 18,
  trigger: 20,
  run: 21,
} as const;
const oldest = { issuer: 1, trigger: 2, commit: 3, repository: 5, ref: 6 } as const;

/** Reads the build identity of a CI certificate; refuses people, unknown issuers, and certificates that contradict themselves. */
export function readBuildIdentity({ subject, extensions }: CertificateClaims, providers: readonly BuildProvider[]): BuildIdentity {
  const issuer = agreed('issuer', extensions.get(newest.issuer), extensions.get(oldest.issuer));
  const provider = providers.find((candidate) => candidate.issuer === issuer);
  if (provider === undefined) refuse('policy', 'issuer', `the identity was issued by ${issuer}, which is not a trusted build provider`);
  if (subject.kind !== 'uri') refuse('policy', 'identity', `it was signed by ${subject.value}, not by a build`);
  const { origin } = provider;
  const oldName = extensions.get(oldest.repository);
  const sourceRepository = agreed('repository', extensions.get(newest.repository), oldName && `${origin}/${oldName}`);
  if (!sourceRepository.startsWith(`${origin}/`))
    refuse('policy', 'certificate-repository', `${issuer} does not speak for ${sourceRepository}`);
  if (!subject.value.startsWith(`${origin}/`)) refuse('policy', 'certificate-identity', `${issuer} does not speak for ${subject.value}`);
  const buildSigner = extensions.get(newest.buildSigner);
  if (provider.type === 'github' && buildSigner !== undefined && buildSigner !== subject.value) {
    refuse('policy', 'certificate-identity', 'the certificate names two signing workflows');
  }
  const optional = {
    runner: extensions.get(newest.runner),
    repositoryId: extensions.get(newest.repositoryId),
    ownerId: extensions.get(newest.ownerId),
    run: extensions.get(newest.run),
  };
  return {
    provider: provider.type,
    issuer,
    signer: subject.value,
    sourceRepository,
    commit: agreed('commit', extensions.get(newest.commit), extensions.get(oldest.commit)),
    ref: agreed('ref', extensions.get(newest.ref), extensions.get(oldest.ref)),
    trigger: agreed('trigger', extensions.get(newest.trigger), extensions.get(oldest.trigger)),
    workflow: extensions.get(newest.workflow) ?? subject.value,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

/** `readBuildIdentity` as a verdict, for those who only want to know. */
export function identityOf(claims: CertificateClaims, providers: readonly BuildProvider[]): Verdict<BuildIdentity> {
  return judge(() => readBuildIdentity(claims, providers));
}

/** The path of a workflow inside its repository, without its ref: what stays the same from release to release. */
export function workflowPath({ workflow, sourceRepository }: BuildIdentity): string {
  const address = workflow.startsWith(`${sourceRepository}/`) ? workflow.slice(sourceRepository.length + 1) : workflow;
  const ref = address.lastIndexOf('@');
  return (ref === -1 ? address : address.slice(0, ref)).replace(/^\/+/, '');
}

/** Both generations of an extension must say the same, and one of them must be there. */
function agreed(what: string, current: string | undefined, former: string | undefined): string {
  const value = current ?? former;
  if (value === undefined || value === '')
    refuse('policy', `certificate-${what}`, `the certificate does not name the ${what} of the build`);
  if (former !== undefined && former !== '' && former !== value)
    refuse('policy', `certificate-${what}`, `the certificate names two values for the ${what} of the build`);
  return value;
}

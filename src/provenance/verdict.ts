/** Where a refusal belongs, in the order in which the layers are judged. */
export const layers = ['format', 'crypto', 'registry-signature', 'binding', 'policy', 'history'] as const;
export type Layer = (typeof layers)[number];

/**
 * Why something was not proven: a stable machine word, and a sentence for people.
 * `isUnknownSigner` marks a key, log or authority that the trust root does not know: with an old trust root that is
 * no sign of tampering.
 */
export interface Refusal {
  readonly layer: Layer;
  readonly reason: string;
  readonly detail: string;
  readonly isUnknownSigner?: true;
}

/** Proven, with what was proven; or refused, with the layer and the reason. There is no third state. */
export type Verdict<T> = { readonly verdict: 'accepted'; readonly value: T } | { readonly verdict: 'refused'; readonly refusal: Refusal };

/** Leaves a verification early; `judge` turns it into a verdict. Never crosses the border of this folder. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.name = 'Refused';
    this.refusal = refusal;
  }
}

/** Stops the verification at this layer. */
export function refuse(layer: Layer, reason: string, detail: string, details: Pick<Refusal, 'isUnknownSigner'> = {}): never {
  throw new Refused({ layer, reason, detail, ...details });
}

/** Runs a verification to its verdict. Anything else that is thrown is a bug and stays one. */
export function judge<T>(verify: () => T): Verdict<T> {
  try {
    return { verdict: 'accepted', value: verify() };
  } catch (error) {
    if (error instanceof Refused) return { verdict: 'refused', refusal: error.refusal };
    throw error;
  }
}

/** The value of an accepted verdict; passes a refusal on to the verification that asked. */
export function accepted<T>(result: Verdict<T>): T {
  if (result.verdict === 'accepted') return result.value;
  throw new Refused(result.refusal);
}

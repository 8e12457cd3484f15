import type { KeyObject } from 'node:crypto';
import { readDer } from './der.ts';

/** A short Weierstrass curve over a prime field with a = -3 (FIPS 186-5, SEC 2). */
interface Curve {
  readonly p: bigint;
  readonly b: bigint;
  readonly n: bigint;
  readonly generator: Point;
  readonly digestBytes: number;
}

/** Jacobian coordinates; z = 0 is the point at infinity. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const curves: Readonly<Record<string, Curve>> = {
  'P-256': {
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    generator: {
      x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
      y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
      z: 1n,
    },
    digestBytes: 32,
  },
};

const infinity: Point = { x: 1n, y: 1n, z: 0n };

/**
 * Verifies an ECDSA P-256 signature over a ready SHA-256 digest (FIPS 186-5, 6.4.2), for callers who know an artifact
 * only by its digest: Node hashes whatever it is given. Public values only, so it need not run in constant time.
 * False for every other kind of key and for signatures that are not DER.
 */
export function verifyDigest(digest: Buffer, key: KeyObject, signature: Buffer): boolean {
  if (key.asymmetricKeyType !== 'ec') return false;
  const jwk = key.export({ format: 'jwk' });
  const curve = curves[jwk.crv ?? ''];
  const pair = readSignature(signature);
  if (curve === undefined || pair === undefined || digest.length !== curve.digestBytes) return false;
  const { n, p } = curve;
  const { r, s } = pair;
  if (!(r > 0n && r < n && s > 0n && s < n)) return false;
  const w = inverse(s, n);
  const publicPoint = { x: fromBase64Url(jwk.x), y: fromBase64Url(jwk.y), z: 1n };
  if (!isOnCurve(publicPoint, curve)) return false;
  const u1 = (toInteger(digest) * w) % n;
  const u2 = (r * w) % n;
  const sum = add(multiply(u1, curve.generator, p), multiply(u2, publicPoint, p), p);
  if (sum.z === 0n) return false;
  const zInverse = inverse(sum.z, p);
  return mod(sum.x * zInverse * zInverse, p) % n === r;
}

function readSignature(der: Buffer): { readonly r: bigint; readonly s: bigint } | undefined {
  const [outer, ...after] = readDer(der) ?? [];
  const [r, s, ...more] = outer?.tag === 0x30 && after.length === 0 ? (readDer(outer.content) ?? []) : [];
  if (r?.tag !== 0x02 || s?.tag !== 0x02 || more.length > 0) return undefined;
  // A set top bit would be a negative number.
  if ((r.content[0] ?? 0x80) >= 0x80 || (s.content[0] ?? 0x80) >= 0x80) return undefined;
  return { r: toInteger(r.content), s: toInteger(s.content) };
}

function isOnCurve({ x, y }: Point, { p, b }: Curve): boolean {
  return x < p && y < p && mod(y * y - (x * x * x - 3n * x + b), p) === 0n;
}

function multiply(scalar: bigint, point: Point, p: bigint): Point {
  let result = infinity;
  for (const bit of scalar.toString(2)) {
    result = double(result, p);
    if (bit === '1') result = add(result, point, p);
  }
  return result;
}

/** Explicit-Formulas Database, dbl-2001-b. */
function double({ x, y, z }: Point, p: bigint): Point {
  if (z === 0n || y === 0n) return infinity;
  const delta = mod(z * z, p);
  const gamma = mod(y * y, p);
  const beta = mod(x * gamma, p);
  const alpha = mod(3n * (x - delta) * (x + delta), p);
  const doubledX = mod(alpha * alpha - 8n * beta, p);
  return {
    x: doubledX,
    y: mod(alpha * (4n * beta - doubledX) - 8n * gamma * gamma, p),
    z: mod((y + z) * (y + z) - gamma - delta, p),
  };
}

/** Explicit-Formulas Database, add-2007-bl. */
function add(a: Point, b: Point, p: bigint): Point {
  if (a.z === 0n) return b;
  if (b.z === 0n) return a;
  const aSquare = mod(a.z * a.z, p);
  const bSquare = mod(b.z * b.z, p);
  const u = mod(a.x * bSquare, p);
  const s = mod(a.y * b.z * bSquare, p);
  const h = mod(b.x * aSquare - u, p);
  const difference = mod(b.y * a.z * aSquare - s, p);
  if (h === 0n) return difference === 0n ? double(a, p) : infinity;
  const i = mod(4n * h * h, p);
  const j = mod(h * i, p);
  const r = 2n * difference;
  const v = mod(u * i, p);
  const x = mod(r * r - j - 2n * v, p);
  return { x, y: mod(r * (v - x) - 2n * s * j, p), z: mod(((a.z + b.z) * (a.z + b.z) - aSquare - bSquare) * h, p) };
}

/** Extended Euclid; `value` is not a multiple of the prime `modulus`. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [low, high] = [mod(value, modulus), modulus];
  let [x, y] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [x, y] = [y - quotient * x, x];
  }
  return mod(x, modulus);
}

function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

function toInteger(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);
}

function fromBase64Url(text: string | undefined): bigint {
  return toInteger(Buffer.from(text ?? '', 'base64url'));
}

import { createHash } from 'node:crypto';

/** The namespace of serial numbers that Lockgate derives from content; a random UUID, fixed for ever. */
const lockgateNamespace = Buffer.from('6f0d6f1e5c5e4d0ea7d2f2b1f0c3a9b4', 'hex');

/** What stands in a document until its serial number is known. */
export const nilSerialNumber = 'urn:uuid:00000000-0000-0000-0000-000000000000';

/** A URN with the UUID (RFC 9562, version 5: SHA-1 over a namespace) of a text: the same content, the same number. */
export function serialNumberOf(content: string): string {
  const bytes = createHash('sha1').update(lockgateNamespace).update(content).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

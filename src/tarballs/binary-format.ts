/** Formats of code that a processor or an operating system runs directly. */
export type BinaryFormat = 'elf' | 'mach-o' | 'pe' | 'node-addon';

/** Bytes of a file's beginning that are enough to tell. */
export const magicLength = 1024;

const machO = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);

/**
 * Tells native code by its first bytes, whatever it is called; a `.node` file counts whatever it holds.
 * @param start the first 1,024 bytes, or the whole file
 */
export function binaryFormatOf(path: string, start: Buffer): BinaryFormat | undefined {
  const word = start.length >= 8 ? start.readUInt32BE(0) : 0;
  if (word === 0x7f454c46) return 'elf';
  if (machO.has(word) || isUniversal(word, start)) return 'mach-o';
  if (isPortableExecutable(start)) return 'pe';
  return /\.node$/i.test(path) ? 'node-addon' : undefined;
}

/** A universal Mach-O and a Java class begin alike: what follows is a small number of processors, or a version of 45 and more. */
function isUniversal(word: number, start: Buffer): boolean {
  return (word === 0xcafebabe || word === 0xcafebabf) && start.readUInt32BE(4) > 0 && start.readUInt32BE(4) < 45;
}

/** `MZ`, and where its header points, `PE\0\0`. */
function isPortableExecutable(start: Buffer): boolean {
  if (start.length < 64 || start.readUInt16BE(0) !== 0x4d5a) return false;
  const at = start.readUInt32LE(60);
  return at + 4 <= start.length && start.readUInt32BE(at) === 0x50450000;
}

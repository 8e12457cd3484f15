import { expect, it } from 'vitest';
import { binaryFormatOf } from '../../src/tarballs/binary-format.ts';

const pe = Buffer.alloc(256);
pe.write('MZ');
pe.writeUInt32LE(128, 60);
pe.write('PE\0\0', 128);

it.each([
  ['lib/x.so', Buffer.from('7f454c4602010100', 'hex'), 'elf'],
  ['no-ending', Buffer.from('cffaedfe0c000001', 'hex'), 'mach-o'],
  ['universal', Buffer.from('cafebabe00000002', 'hex'), 'mach-o'],
  ['x.dll', pe, 'pe'],
  ['x.node', Buffer.from('anything'), 'node-addon'],
  ['Java.class', Buffer.from('cafebabe00000034', 'hex'), undefined],
  ['text.md', Buffer.from('MZ is how it begins'), undefined],
  ['x.wasm', Buffer.from('0061736d01000000', 'hex'), undefined],
  ['empty', Buffer.alloc(0), undefined],
])('%s', (path, start, format) => expect(binaryFormatOf(path, start)).toBe(format));

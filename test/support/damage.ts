import { type Arbitrary, constantFrom, nat, oneof, record } from 'fast-check';

/** Damages bytes in one place. */
export type Damage = (bytes: Buffer, other: Buffer) => Buffer;

/** Texts that have broken other readers. */
export const hostile: readonly string[] = [
  ...'__proto__ constructor prototype toString hasOwnProperty .. ../../../etc/passwd / C:\\ . @ @/ a@ @a/b@ npm: workspace: link:'.split(
    ' ',
  ),
  ...'" \' \\ \\u0000 { } [ ] : , &a *a !!js/function null true -1 1e999 NaN ~ "" {} [] 1.0.0 * ( ) ((((( %00 % file: portal:'.split(' '),
  ...'git+ssh:// https:// http://[ patch: sha512- sha1- \0 \r \u2028 \u202e \ufeff'.split(' '),
  ...'<<: |---\n|| \n|? |<<<<<<< HEAD\n|=======\n|>>>>>>> main\n|  |\t'.split('|'),
  '9'.repeat(400),
  'x'.repeat(5000),
];

/** One damage to a text or to bytes: often to a whole word, so that what results gets past the syntax. */
export function damages(): Arbitrary<Damage> {
  const place = nat({ max: 1_000_000 });
  const length = nat({ max: 200 });
  return oneof(
    record({ at: place, value: nat({ max: 255 }) }).map(({ at, value }) => replaceAt(at, 1, () => Buffer.from([value]))),
    record({ at: place, length }).map(({ at, length: cut }) => replaceAt(at, cut, () => Buffer.alloc(0))),
    record({ at: place, length }).map(({ at, length: twice }) => replaceAt(at, twice, (bytes) => Buffer.concat([bytes, bytes]))),
    record({ at: place, word: constantFrom(...hostile) }).map(({ at, word }) => replaceAt(at, 0, () => Buffer.from(word))),
    // Most often, because the others seldom leave a document that gets past its syntax.
    { arbitrary: record({ at: place, word: constantFrom(...hostile) }).map(({ at, word }) => replaceWord(at, word)), weight: 8 },
    record({ at: place, from: place, length }).map(
      ({ at, from, length: count }): Damage =>
        (bytes, other) =>
          replaceAt(at, 0, () => other.subarray(from % (other.length + 1)).subarray(0, count))(bytes, other),
    ),
    place.map(
      (at): Damage =>
        (bytes) =>
          bytes.subarray(0, at % (bytes.length + 1)),
    ),
    record({ at: place, to: place }).map(({ at, to }) => moveLine(at, to)),
  );
}

function replaceAt(at: number, length: number, change: (bytes: Buffer) => Buffer): Damage {
  return (bytes) => {
    const start = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, start), change(bytes.subarray(start, start + length)), bytes.subarray(start + length)]);
  };
}

/** Puts a hostile text in the place of a whole name, version or address, so that the syntax often stays whole. */
function replaceWord(at: number, word: string): Damage {
  return (bytes) => {
    const text = bytes.toString('latin1');
    const start = at % (text.length + 1);
    const found = /[\w@/.:+~^-]+/.exec(text.slice(start, start + 500));
    if (found === null) return bytes;
    const from = start + found.index;
    return Buffer.concat([bytes.subarray(0, from), Buffer.from(word), bytes.subarray(from + found[0].length)]);
  };
}

function moveLine(at: number, to: number): Damage {
  return (bytes) => {
    const lines = bytes.toString('latin1').split('\n');
    const [line = ''] = lines.splice(at % lines.length, 1);
    lines.splice(to % (lines.length + 1), 0, line);
    return Buffer.from(lines.join('\n'), 'latin1');
  };
}

/** Everything that hangs on the prototypes that all objects share. */
export function prototypes(): string {
  return [Object.prototype, Array.prototype, Map.prototype, String.prototype, Function.prototype]
    .map((prototype) => Object.getOwnPropertyNames(prototype).join())
    .join('\n');
}

import type { UnavailableReason } from '../model/evidence.ts';
import { type PackumentRecord, encodeRecord } from './packument-record.ts';
import { type ExpectedDocument, summarise } from './packument-summary.ts';

/** A registry's answer about one package as it came, and what is asked of it. Nothing but data: it can be read on another thread. */
export interface ArrivedDocument extends Omit<ExpectedDocument, 'locked'> {
  readonly body: Uint8Array;
  /** How the body is packed, by the header `content-encoding`; undefined where it is not. */
  readonly encoding: string | undefined;
  /** Where it came from, for reports. */
  readonly url: string;
  /** Bytes that the body may unpack to. */
  readonly maxBytes: number;
  readonly locked: readonly string[];
  /** Versions that the same document was read for before. */
  readonly also: readonly string[];
  readonly validators: Pick<PackumentRecord, 'etag' | 'lastModified'>;
}

/** Why a document tells nothing. */
export interface Unread {
  readonly reason: UnavailableReason;
  readonly detail: string;
}

/** What was read, also as the text that a cache keeps. */
export type DocumentReading = Unread | { readonly record: PackumentRecord; readonly text: string };

/** Reads the documents of one run. */
export interface DocumentReader {
  /** Told of every request that a document should come of, and how many may come in all from now on. */
  readonly onAsked: (atMost: number) => void;
  readonly read: (document: ArrivedDocument) => Promise<DocumentReading>;
  readonly close: () => void;
}

/** Unpacks a body, works with it, and gives its memory back at once. */
export type Unpacking = <T>(body: Buffer, encoding: string | undefined, maxBytes: number, work: (plain: Buffer) => T) => T | Unreadable;

type Unreadable = 'too-large' | 'malformed';

/** Of one package, remembered together: what many projects hold in many versions is asked for once for all of them. */
const mostVersions = 64;

/** Unpacks and reads one document: the same in whatever thread it is done. */
export function readPackument(document: ArrivedDocument, unpacking: Unpacking): PackumentRecord | Unread {
  const { body, encoding, maxBytes, url } = document;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const record = unpacking(bytes, encoding, maxBytes, (plain) => readPlain(plain, document));
  switch (record) {
    case 'too-large':
      return { reason: 'too-large', detail: `${url} unpacks to more than ${maxBytes} bytes` };
    case 'malformed':
      return { reason: 'malformed', detail: `${url} answers with a body that cannot be unpacked` };
    default:
      return record;
  }
}

/** The same, with the text that a cache keeps of it. */
export function readHere(document: ArrivedDocument, unpacking: Unpacking): DocumentReading {
  const record = readPackument(document, unpacking);
  return isUnread(record) ? record : { record, text: encodeRecord(record) };
}

export function isUnread(reading: object): reading is Unread {
  return 'reason' in reading;
}

/** For bodies that somebody has unpacked before. */
export const plainReader: DocumentReader = {
  onAsked: () => undefined,
  read: (document) => Promise.resolve(readHere(document, (body, _encoding, _maxBytes, work) => work(body))),
  close: () => undefined,
};

/** Reads a document for the locked versions and for others, unless there is a fault in one of those: that is nothing to who asks. */
function readPlain(plain: Buffer, { also, validators, ...document }: ArrivedDocument): PackumentRecord | Unread {
  const locked = new Set(document.locked);
  const all = new Set([...locked, ...also].slice(0, Math.max(mostVersions, locked.size)));
  const whole = all.size > locked.size ? summarise(plain, { ...document, locked: all }) : undefined;
  const isWhole = whole !== undefined && !('malformed' in whole);
  const packument = isWhole ? whole : summarise(plain, { ...document, locked });
  if ('malformed' in packument) return { reason: 'malformed', detail: packument.malformed };
  const readFor = [...(isWhole ? all : locked)];
  return { packument, locked: readFor.filter((version) => packument.releases.has(version)), ...validators };
}

/** The records of a PAX header that change what an entry is. */
export interface PaxRecords {
  readonly path?: string;
  readonly linkpath?: string;
  readonly size?: number;
  /** The content is a map of holes that extractors put together differently. */
  readonly isSparse?: true;
}

/**
 * Reads the records of an extended header: `LENGTH KEYWORD=VALUE\n`, the length in bytes and counting itself
 * (POSIX.1-2001, pax). Undefined where they do not add up, or a size is none.
 */
export function readPaxRecords(bytes: Buffer): PaxRecords | undefined {
  const records: { path?: string; linkpath?: string; size?: number; isSparse?: true } = {};
  for (let at = 0; at < bytes.length;) {
    // Writers pad to a block with zeros.
    if (bytes[at] === 0) break;
    const space = bytes.indexOf(0x20, at);
    const digits = space === -1 ? '' : bytes.toString('latin1', at, Math.min(space, at + 8));
    const end = at + Number(digits);
    if (!/^\d{1,6}$/.test(digits) || !(end > space + 1) || end > bytes.length || bytes[end - 1] !== 0x0a) return undefined;
    const equals = bytes.indexOf(0x3d, space);
    if (equals === -1 || equals >= end) return undefined;
    const keyword = bytes.toString('utf8', space + 1, equals);
    const value = bytes.toString('utf8', equals + 1, end - 1);
    if (keyword === 'path') records.path = value;
    else if (keyword === 'linkpath') records.linkpath = value;
    else if (keyword.startsWith('GNU.sparse.')) records.isSparse = true;
    else if (keyword === 'size') {
      if (!/^\d{1,15}$/.test(value)) return undefined;
      records.size = Number(value);
    }
    at = end;
  }
  return records;
}

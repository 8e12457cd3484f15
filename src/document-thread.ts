import { type ArrivedDocument, type Unread, isUnread, readPackument } from './collectors/packument-reading.ts';
import { encodeRecord } from './collectors/packument-record.ts';
import { freeBuffer } from './platform/free-buffer.ts';
import { withDecodedBody } from './platform/http-body.ts';
import { answerBeside } from './platform/side-thread.ts';

// The program of the thread that reads registry documents: each is answered with the text of its record.
answerBeside((document: ArrivedDocument): string | Unread => {
  const record = readPackument(document, withDecodedBody);
  freeBuffer(Buffer.from(document.body.buffer));
  return isUnread(record) ? record : encodeRecord(record);
});

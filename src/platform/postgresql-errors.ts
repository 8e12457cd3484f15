import { GateError } from '../model/gate-error.ts';

/** True where the connection is at fault and another one may work later: the server is gone, restarts, or is full. */
export function isBrokenConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return brokenSockets.has(code) || brokenSessions.has(code) || /^08...$/.test(code) || brokenMessages.test(error.message);
}

/** The same, of an error that has been told. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof GateError && isBrokenConnection(error.cause);
}

/** True where the server has undone a transaction because of another one: it can be run again. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40001' || code === '40P01';
}

/** Why there is no connection, as far as the user can put it right. No message holds a password: neither the driver's nor the server's do. */
export function connectTrouble(error: unknown, store: string): GateError | undefined {
  if (!(error instanceof Error)) return undefined;
  // The driver's own words where the server asks for a password and none was given.
  if (error.message.startsWith('SASL'))
    return new GateError('configuration-invalid', `${store} asks for a password`, { hint: passwordHint });
  if (/\bSSL\b|certificate/i.test(error.message))
    return new GateError('configuration-invalid', `${store}: TLS fails: ${error.message}`, {
      hint: 'the sslmode and sslrootcert of the URL decide how the connection is protected',
    });
  if (codeOf(error) === 'ENOTFOUND') return unreachable(error, store);
  return statementTrouble(error, store);
}

/** What broke a statement, as far as the user, or who runs the server, can put it right. */
export function statementTrouble(error: unknown, store: string): GateError | undefined {
  if (!(error instanceof Error)) return undefined;
  const refusal = refusals.get(codeOf(error));
  if (refusal !== undefined) return new GateError(refusal.code, `${store} ${refusal.what}: ${error.message}`, { hint: refusal.hint });
  return isBrokenConnection(error) ? unreachable(error, store) : undefined;
}

function unreachable(error: Error, store: string): GateError {
  return new GateError('store-unavailable', `${store} cannot be reached: ${error.message === '' ? codeOf(error) : error.message}`, {
    hint: 'is the server running, and do host and port of the URL fit?',
    cause: error,
  });
}

/** The SQLSTATE of a server's error, or the code of the socket's. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const brokenSockets = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  // A Unix socket whose server is not there.
  'ENOENT',
]);

/** SQLSTATE: ended by an administrator, crashed, starting or stopping; too many connections. */
const brokenSessions = new Set(['57P01', '57P02', '57P03', '53300']);

const brokenMessages = /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

const passwordHint = 'a password is best kept out of the command line: PGPASSWORD, or the file ~/.pgpass';

const refusals: ReadonlyMap<
  string,
  { readonly code: 'configuration-invalid' | 'store-unavailable'; readonly what: string; readonly hint: string }
> = new Map([
  ['28000', { code: 'configuration-invalid', what: 'refuses the user', hint: passwordHint }],
  ['28P01', { code: 'configuration-invalid', what: 'refuses the password', hint: passwordHint }],
  ['3D000', { code: 'configuration-invalid', what: 'does not exist', hint: 'createdb makes an empty database; its tables are made here' }],
  [
    '42501',
    {
      code: 'configuration-invalid',
      what: 'does not permit this',
      hint: 'the user must own the database, or have CREATE on it and on its schema',
    },
  ],
  ['25006', { code: 'configuration-invalid', what: 'is read-only', hint: 'the URL must name the primary server, not a standby' }],
  ['53100', { code: 'store-unavailable', what: 'has no space left', hint: 'nothing that was stored is lost; make room and run it again' }],
  [
    '57014',
    {
      code: 'store-unavailable',
      what: 'gave up on a statement',
      hint: 'the server is slow or blocked: is another process locking its tables?',
    },
  ],
]);

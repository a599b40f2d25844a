// Does a delivery come from who knows the secret? As Standard Webhooks describes it: time, id and body are signed together, so that
// none of them can be put to another, and an old delivery that was listened to cannot be sent again later. Some senders sign the body
// alone: then nothing says when it was sent, nor that its id is its own.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AppError, type WebhookSettings } from '../../core/index.ts';

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What a delivery says of itself before its body is read. */
export interface Claim {
  /** Names it for good. */
  readonly id: string;
  /** What is signed before the body; absent with a bearer token, of which nothing is. */
  readonly signedBefore?: string;
  readonly signatures: readonly Buffer[];
}

const idLengthMax = 120;
/** Of what a sender signs with several secrets. */
const signaturesMax = 10;
const secretLengthMin = 16;

/**
 * The secrets in force: one, or two while one takes over from the other.
 * @param text as the environment variable holds it; undefined = it is not set
 * @throws AppError `sources/no-secret`
 */
export function secretsOf({ name, passwordVariable }: WebhookSettings, text: string | undefined): string[] {
  const secrets = (text ?? '').split(/\s+/).filter((secret) => secret !== '');
  if (secrets.length === 0)
    throw new AppError(
      'sources/no-secret',
      `source ${name}: the environment variable ${passwordVariable} is not set in this process`,
    );
  if (secrets.some((secret) => secret.length < secretLengthMin))
    throw new AppError(
      'sources/no-secret',
      `source ${name}: the environment variable ${passwordVariable} holds a secret of fewer than ${secretLengthMin} characters`,
    );
  return secrets;
}

/**
 * Looks at the headers, before the body is read.
 * @param now UTC milliseconds
 * @throws AppError `sources/unauthorized`, `sources/bad-delivery`
 */
export function claimOf(
  settings: WebhookSettings,
  headers: Headers,
  { secrets, now }: { secrets: readonly string[]; now: number },
): Claim {
  const { authentication, deliveryHeader, replaySeconds } = settings;
  if (authentication === 'bearer') {
    const sent = /^Bearer +(\S+)$/i.exec(one(headers, 'authorization') ?? '')?.[1];
    if (sent === undefined) throw refused(settings, 'it has no header Authorization: Bearer');
    if (!secrets.some((secret) => isSame(digest(secret), digest(sent))))
      throw refused(settings, 'its token is another one');
    return { id: idOf(settings, headers), signatures: [] };
  }
  if (authentication === 'body-signature') return bodyClaim(settings, headers);
  const prefix = deliveryHeader.endsWith('-id') ? deliveryHeader.slice(0, -3) : 'webhook';
  const timestamp = one(headers, `${prefix}-timestamp`);
  const signature = one(headers, `${prefix}-signature`);
  for (const [name, value] of [
    [`${prefix}-timestamp`, timestamp],
    [`${prefix}-signature`, signature],
  ])
    if (value === undefined) throw refused(settings, `it has no header ${name}`);
  if (timestamp === undefined || !/^\d{9,11}$/.test(timestamp))
    throw refused(settings, `its ${prefix}-timestamp is not in seconds since 1970`);
  const age = Math.round(now / 1000) - Number(timestamp);
  if (Math.abs(age) > replaySeconds)
    throw refused(
      settings,
      `it was signed ${Math.abs(age)} s ${age > 0 ? 'ago' : 'ahead of the clock here'}, at most ${replaySeconds} s may be`,
    );
  const signatures = (signature ?? '').split(' ').filter((each) => each.startsWith('v1,'));
  if (signatures.length === 0) throw refused(settings, `its ${prefix}-signature holds no signature v1`);
  const id = idOf(settings, headers);
  return {
    id,
    signedBefore: `${id}.${timestamp}.`,
    signatures: signatures.slice(0, signaturesMax).map((text) => Buffer.from(text.slice(3), 'base64')),
  };
}

/** Of 32 bytes: 64 hex digits, or 44 letters of base64. */
const digestPattern = /^(?:sha256=)?(?:([0-9a-f]{64})|([A-Za-z0-9+/]{43}=))$/i;

function bodyClaim(settings: WebhookSettings, headers: Headers): Claim {
  const { signatureHeader = '' } = settings;
  const text = one(headers, signatureHeader)?.trim();
  if (text === undefined) throw refused(settings, `it has no header ${signatureHeader}`);
  const [, hex, base64] = digestPattern.exec(text) ?? [];
  const sent = hex === undefined ? base64 && Buffer.from(base64, 'base64') : Buffer.from(hex, 'hex');
  if (!sent)
    throw refused(settings, `its ${signatureHeader} is no HMAC-SHA-256, neither in hex nor in base64`);
  return { id: idOf(settings, headers), signedBefore: '', signatures: [sent] };
}

/** @throws AppError `sources/unauthorized` when the body is not the one that was signed. Cost: O(bytes). */
export function checkSignature(
  settings: WebhookSettings,
  { signedBefore, signatures }: Claim,
  { bytes, secrets }: { bytes: Uint8Array; secrets: readonly string[] },
): void {
  if (signedBefore === undefined) return;
  for (const secret of secrets) {
    const right = signatureOf(secret, signedBefore, bytes);
    if (signatures.some((each) => isSame(each, right))) return;
  }
  const signed = settings.authentication === 'signature' ? 'its time, id and body' : 'its body';
  throw refused(settings, `its signature is not that of ${signed}`);
}

function idOf(settings: WebhookSettings, headers: Headers): string {
  const { name, deliveryHeader } = settings;
  const id = one(headers, deliveryHeader)?.trim();
  if (id !== undefined && id !== '' && id.length <= idLengthMax) return id;
  throw new AppError(
    'sources/bad-delivery',
    `a delivery to ${name} has a header ${deliveryHeader} of 1 to ${idLengthMax} characters, which names it for good: ${id === undefined ? 'this one has none' : `this one's has ${id.length}`}`,
  );
}

/** A header that came once. */
function one(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** HMAC-SHA-256, as Standard Webhooks signs what comes and what is sent. @param signedBefore `id.timestamp.` */
export function signatureOf(secret: string, signedBefore: string, bytes: Uint8Array | string): Buffer {
  return createHmac('sha256', keyOf(secret)).update(signedBefore).update(bytes).digest();
}

/** Standard Webhooks writes keys in base64 behind a prefix. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** In a time that does not tell where they differ. */
function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function refused({ name }: WebhookSettings, why: string): AppError {
  return new AppError('sources/unauthorized', `a delivery to ${name} is refused: ${why}`);
}

// What a delivery to a webhook proves itself by, as Standard Webhooks describes it. Runs wherever there is `crypto`.

export interface DeliveryOptions {
  /** Names the delivery for good: the same again changes nothing. 1 to 120 characters. */
  readonly id: string;
  /** The secret of the webhook: it signs, and is not sent. */
  readonly secret: string;
  /** `signature` (default), or `bearer`: the secret itself is sent. */
  readonly authentication?: 'signature' | 'bearer';
  /** When it is sent; default now. */
  readonly sentAt?: Date;
}

/** The headers of a delivery. */
export async function deliveryHeaders(
  body: string,
  { id, secret, authentication = 'signature', sentAt = new Date() }: DeliveryOptions,
): Promise<Record<string, string>> {
  if (authentication === 'bearer') return { 'webhook-id': id, authorization: `Bearer ${secret}` };
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const text = new TextEncoder();
  const bytes = secret.startsWith('whsec_') ? fromBase64(secret.slice(6)) : text.encode(secret);
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const signed = await crypto.subtle.sign('HMAC', key, text.encode(`${id}.${timestamp}.${body}`));
  const signature = `v1,${btoa(String.fromCharCode(...new Uint8Array(signed)))}`;
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

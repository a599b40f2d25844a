// Who may deliver, when, and what exactly was signed.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { isAppError, type WebhookSettings } from '../../core/index.ts';
import { checkSignature, claimOf, type Headers, secretsOf } from './webhook-proof.ts';

const settings: WebhookSettings = {
  name: 'shop',
  kind: 'webhook',
  project: 'shop',
  passwordVariable: 'SHOP_SECRET',
  authentication: 'signature',
  deliveryHeader: 'webhook-id',
  replaySeconds: 300,
};
const sentAt = new Date('2026-01-02T03:04:05Z');
const secret = 'sesame-open-sesame';
const body = '[{"item":"a"}]';

/** As senders sign. */
function signed(id: string): Record<string, string> {
  const time = String(sentAt.getTime() / 1000);
  const signature = createHmac('sha256', secret).update(`${id}.${time}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${signature}` };
}

function check(
  headers: Headers,
  change: { settings?: Partial<WebhookSettings>; text?: string; now?: number; secrets?: string[] } = {},
): string {
  const { now = sentAt.getTime(), secrets = [secret], text = body } = change;
  const used = { ...settings, ...change.settings };
  const claim = claimOf(used, headers, { secrets, now });
  checkSignature(used, claim, { bytes: Buffer.from(text), secrets });
  return claim.id;
}

const refused = (says: RegExp) => (error: unknown) =>
  isAppError(error, 'sources/unauthorized') && says.test(error.message) && !error.message.includes('sesame');

describe('a signed delivery', () => {
  it('is that of the example of Standard Webhooks', () => {
    // https://github.com/standard-webhooks/standard-webhooks, libraries/javascript, its test of a valid signature.
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
    const example = { text: '{"test": 2432232314}', secrets, now: 1_614_265_330_000 };
    assert.equal(check(headers, example), 'msg_p5jXN8AQM9LWM0D4loKWxJek');
    // A library of theirs signs with several secrets at once, and other versions of signatures may stand beside.
    const several = `v1a,xyz v1,AAAA ${headers['webhook-signature']}`;
    assert.equal(check({ ...headers, 'webhook-signature': several }, example), headers['webhook-id']);
  });

  it('proves time, id and body together', () => {
    const headers = signed('d1');
    assert.equal(check(headers), 'd1');
    const other = /its signature is not that of its time, id and body/;
    assert.throws(() => check(headers, { text: `${body} ` }), refused(other));
    assert.throws(() => check({ ...headers, 'webhook-id': 'd2' }), refused(other));
    assert.throws(() => check({ ...headers, 'webhook-timestamp': '1767323046' }), refused(other));
    assert.throws(() => check(headers, { secrets: ['another-secret-of-ours'] }), refused(other));
    assert.equal(check(headers, { secrets: ['another-secret-of-ours', secret] }), 'd1');
    // A signature of the body alone could be put to any id.
    const plain = createHmac('sha256', secret).update(body).digest('base64');
    assert.throws(() => check({ ...headers, 'webhook-signature': `v1,${plain}` }), refused(other));
    for (const empty of ['v1,', 'v1,=', 'v1,AA==', `v1,${'A'.repeat(9000)}`])
      assert.throws(() => check({ ...headers, 'webhook-signature': empty }), refused(other));
  });

  it('is refused outside its time, by what is wrong with it', () => {
    const headers = signed('d1');
    const now = sentAt.getTime();
    assert.equal(check(headers, { now: now + 300_000 }), 'd1');
    assert.throws(
      () => check(headers, { now: now + 301_000 }),
      refused(/was signed 301 s ago, at most 300 s/),
    );
    assert.throws(() => check(headers, { now: now - 301_000 }), refused(/301 s ahead of the clock here/));
    for (const name of ['webhook-timestamp', 'webhook-signature'])
      assert.throws(() => check({ ...headers, [name]: undefined }), refused(new RegExp(`no header ${name}`)));
    for (const time of ['', 'now', '1e9', '-1767323045', '1767323045000', '1767323045.5'])
      assert.throws(
        () => check({ ...headers, 'webhook-timestamp': time }),
        refused(/not in seconds since 1970/),
      );
    assert.throws(() => check({ ...headers, 'webhook-signature': 'g0hM9' }), refused(/no signature v1/));
  });

  it('may have headers of another name, and must have an id', () => {
    const headers = signed('d1');
    const svix = Object.fromEntries(
      Object.entries(headers).map(([k, v]) => [k.replace('webhook', 'svix'), v]),
    );
    assert.equal(check(svix, { settings: { deliveryHeader: 'svix-id' } }), 'd1');
    for (const id of [undefined, '', ' ', 'x'.repeat(121), ['a', 'b']])
      assert.throws(
        () => check({ ...headers, 'webhook-id': id }),
        (error) => isAppError(error, 'sources/bad-delivery') && /webhook-id of 1 to 120/.test(error.message),
      );
  });
});

describe('a delivery of which the body alone is signed', () => {
  const github = {
    authentication: 'body-signature',
    signatureHeader: 'x-hub-signature-256',
    deliveryHeader: 'x-github-delivery',
  } as const;
  const shopify = {
    authentication: 'body-signature',
    signatureHeader: 'x-shopify-hmac-sha256',
    deliveryHeader: 'x-shopify-webhook-id',
  } as const;
  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries, "Testing the webhook payload validation".
  const hello = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  const helloTo = { text: 'Hello, World!', secrets: ["It's a Secret to Everybody"] };
  // RFC 4231, test case 2, as Shopify writes it: in base64.
  const rfc = Buffer.from('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843', 'hex');
  const rfcText = { text: 'what do ya want for nothing?', secrets: ['Jefe'] };

  it('is that of the example of GitHub, and that of the RFC as Shopify writes it', () => {
    for (const text of [`sha256=${hello}`, hello, `sha256=${hello.toUpperCase()}`])
      assert.equal(
        check(
          { 'x-github-delivery': 'g1', 'x-hub-signature-256': text },
          { ...helloTo, settings: github, now: 0 },
        ),
        'g1',
      );
    const headers = { 'x-shopify-webhook-id': 's1', 'x-shopify-hmac-sha256': rfc.toString('base64') };
    assert.equal(check(headers, { ...rfcText, settings: shopify }), 's1');
    // Also with the second of two secrets, while one takes over from the other.
    const secrets = ['another-secret-of-ours', 'Jefe'];
    assert.equal(check(headers, { ...rfcText, secrets, settings: shopify }), 's1');
  });

  it('is refused with another body or secret, without its headers, and with what is no such signature', () => {
    const headers = { 'x-github-delivery': 'g1', 'x-hub-signature-256': `sha256=${hello}` };
    const asGithub = { ...helloTo, settings: github };
    assert.throws(
      () => check(headers, { ...asGithub, text: 'Hello, World! ' }),
      refused(/its signature is not that of its body/),
    );
    assert.throws(
      () => check(headers, { ...asGithub, secrets: ['sesame'] }),
      refused(/not that of its body/),
    );
    assert.throws(
      () => check({ 'x-github-delivery': 'g1' }, asGithub),
      refused(/it has no header x-hub-signature-256/),
    );
    assert.throws(
      () => check({ 'x-hub-signature-256': `sha256=${hello}` }, asGithub),
      (error) =>
        isAppError(error, 'sources/bad-delivery') && /x-github-delivery of 1 to 120/.test(error.message),
    );
    for (const text of [
      '',
      'sha256=',
      hello.slice(2),
      `sha1=${hello}`,
      `${hello}00`,
      'AAAA',
      `${hello} ${hello}`,
    ])
      assert.throws(
        () => check({ ...headers, 'x-hub-signature-256': text }, asGithub),
        refused(/is no HMAC-SHA-256, neither in hex nor in base64/),
      );
    // As Standard Webhooks it has headers of another kind.
    assert.throws(() => check(headers, helloTo), refused(/no header webhook-timestamp/));
  });
});

describe('a bearer token', () => {
  it('is the secret, and an id beside it', () => {
    const bearer = { settings: { authentication: 'bearer', deliveryHeader: 'x-delivery' } } as const;
    assert.equal(check({ authorization: `Bearer ${secret}`, 'x-delivery': '7' }, bearer), '7');
    assert.throws(
      () => check({ authorization: 'Bearer other', 'x-delivery': '7' }, bearer),
      refused(/another one/),
    );
    for (const authorization of [undefined, secret, 'Basic c2VzYW1l', 'Bearer '])
      assert.throws(
        () => check({ authorization, 'x-delivery': '7' }, bearer),
        refused(/no header Authorization/),
      );
  });
});

describe('secrets', () => {
  it('are one or several, and long enough not to be guessed', () => {
    assert.deepEqual(secretsOf(settings, ` ${secret}\tsecond-one-of-us `), [secret, 'second-one-of-us']);
    for (const text of [undefined, '', ' '])
      assert.throws(() => secretsOf(settings, text), /SHOP_SECRET is not set/);
    assert.throws(() => secretsOf(settings, 'short'), /fewer than 16 characters/);
  });
});

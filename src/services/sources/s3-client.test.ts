// What a store answers to the question for its objects, and what it does when it misbehaves: a small server of our own plays the
// faults that a real one cannot be brought to.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { isAppError, type S3Settings } from '../../core/index.ts';
import { readPage, S3Bucket } from './s3-client.ts';

/** Where the servers of this file say that it is 00:00. */
const now = Date.UTC(2026, 0, 2, 0, 7);

const objectXml = (key: string, at: string, size = 3): string =>
  `<Contents><Key>${key}</Key><LastModified>${at}</LastModified><ETag>&quot;e-${key}&quot;</ETag><Size>${size}</Size></Contents>`;
const listXml = (objects: string, more = '', encoding = '<EncodingType>url</EncodingType>'): string =>
  `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${encoding}${objects}` +
  `<IsTruncated>${more === '' ? 'false' : 'true'}</IsTruncated>${more === '' ? '' : `<NextContinuationToken>${more}</NextContinuationToken>`}</ListBucketResult>`;

async function withBucket(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  work: (bucket: S3Bucket) => Promise<void>,
): Promise<void> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const settings: S3Settings = {
    name: 'till',
    kind: 's3',
    project: 'shop',
    schedule: '* * * * *',
    url: `http://127.0.0.1:${port}`,
    bucket: 'b',
    prefix: '',
    ending: '.csv',
    region: 'r',
    user: 'me',
    passwordVariable: 'SECRET',
  };
  try {
    await work(
      await S3Bucket.open(settings, {
        secretOf: () => 'sesame',
        signal: new AbortController().signal,
        clock: { now: () => now },
      }),
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
const unreachable = (says: RegExp) => (error: unknown) =>
  isAppError(error, 'sources/unreachable') && says.test(error.message) && !error.message.includes('sesame');

describe('a list of objects', () => {
  it('has keys as they are, whatever they are written with', () => {
    const { objects, next } = readPage(listXml(objectXml('a%2Fb+c%26.csv', '2026-01-02T03:04:05.000Z')));
    assert.deepEqual(objects, [
      {
        key: 'a/b c&.csv',
        etag: 'e-a%2Fb+c%26.csv',
        sizeBytes: 3,
        modifiedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
      },
    ]);
    assert.equal(next, undefined);
  });

  it('has keys as they are of a store that does not encode them', () => {
    const { objects } = readPage(
      listXml(objectXml('100% a+b &amp; ü.csv ', '2026-01-02T03:04:05.000Z'), '', ''),
    );
    assert.equal(objects[0]?.key, '100% a+b & ü.csv ');
  });

  it('that is none is refused', () => {
    for (const text of [
      '<html></html>',
      '',
      '<ListBucketResult>',
      listXml('<Contents><Key>a</Key></Contents>'),
    ])
      assert.throws(() => readPage(text));
    const endless = listXml('').replace('false', 'true');
    assert.throws(() => readPage(endless), /does not say where it goes on/);
  });

  it('is read page by page, signed, in the order of writing, without what is no file', () =>
    withBucket(
      (request, response) => {
        assert.match(request.headers.authorization ?? '', /^AWS4-HMAC-SHA256 Credential=me\/\d+\/r\/s3/);
        const token = new URL(`http://x${request.url}`).searchParams.get('continuation-token');
        const first =
          objectXml('z.csv', '2026-01-02T00:00:00Z') + objectXml('folder%2F', '2026-01-01T00:00:00Z');
        const last =
          objectXml('b.csv', '2026-01-01T00:00:00Z') + objectXml('empty.csv', '2026-01-01T00:00:00Z', 0);
        response.end(
          token === 'two ='
            ? listXml(last + objectXml('x.txt', '2026-01-01T00:00:00Z'))
            : listXml(first, 'two ='),
        );
      },
      async (bucket) => {
        assert.deepEqual(
          (await bucket.list()).map(({ key }) => key),
          ['b.csv', 'z.csv'],
        );
      },
    ));
});

describe('a store that misbehaves', () => {
  const refusals: { status: number; headers?: Record<string, string>; body?: string; says: RegExp }[] = [
    {
      status: 403,
      body: '<Error><Code>SignatureDoesNotMatch</Code></Error>',
      says: /403 SignatureDoesNotMatch$/,
    },
    {
      status: 404,
      body: '<Error><Code>NoSuchBucket</Code></Error>',
      says: /bucket b at .* 404 NoSuchBucket$/,
    },
    {
      status: 403,
      headers: { date: 'Fri, 02 Jan 2026 00:00:00 GMT' },
      body: '<Error><Code>RequestTimeTooSkewed</Code></Error>',
      says: /the clock of this machine is wrong, by 420 s ahead/,
    },
    // Not followed: the signature is for this address, and whoever answers could lead anywhere.
    {
      status: 307,
      headers: { location: 'http://127.0.0.1:1/b' },
      says: /307.*it is at http:\/\/127\.0\.0\.1:1\/b/,
    },
    {
      status: 301,
      headers: { 'x-amz-bucket-region': 'eu-west-1' },
      body: '<Error><Code>PermanentRedirect</Code></Error>',
      says: /301 PermanentRedirect: the bucket is in region eu-west-1, and the source says r$/,
    },
    {
      status: 400,
      body: '<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>',
      says: /in region eu-west-1/,
    },
  ];
  for (const { status, headers = {}, body = '', says } of refusals)
    it(`is told of by what it says, without the secret: ${status} ${body.slice(13, 50)}`, () =>
      withBucket(
        (_, response) => void response.writeHead(status, headers).end(body),
        async (bucket) => {
          await assert.rejects(bucket.list(), unreachable(says));
        },
      ));

  it('cannot name some keys, and says so instead of reading another object', () =>
    withBucket(
      (_, response) => void response.end('other'),
      async (bucket) => {
        const object = { etag: 'e', sizeBytes: 5, modifiedAt: 0 };
        for (const key of ['till/../a.csv', '..', './a.csv', 'a/.'])
          await assert.rejects(
            bucket.download({ ...object, key }, 'nowhere'),
            unreachable(/no address can name/),
          );
      },
    ));

  it('may break off: what came is not the object', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'almanac-s3-'));
    const object = { key: 'a.csv', etag: 'e', sizeBytes: 10, modifiedAt: 0 };
    try {
      await withBucket(
        (request, response) => {
          if (request.url?.includes('gone')) {
            response.writeHead(404).end();
            return;
          }
          const headers = { etag: '"e"', 'last-modified': 'Fri, 02 Jan 2026 00:00:05 GMT' };
          if (request.url?.includes('packed')) {
            const packed = gzipSync('0123456789'.repeat(50));
            response.writeHead(200, {
              ...headers,
              'content-encoding': 'gzip',
              'content-length': packed.length,
            });
            response.end(packed);
            return;
          }
          const etag = request.url?.includes('again') === true ? '"e2"' : '"e"';
          response.writeHead(200, { ...headers, etag, 'content-length': '10' });
          if (request.url?.includes('cut')) response.write('01234', () => response.destroy());
          else response.end('0123456789');
        },
        async (bucket) => {
          const path = join(folder, 'file');
          const get = (key: string, modifiedAt = Date.UTC(2026, 0, 2, 0, 0, 5)) =>
            bucket.download({ ...object, key, modifiedAt }, path);
          await assert.rejects(get('cut.csv'), unreachable(/cannot be read for source till/));
          assert.equal(await get('gone.csv'), 'gone');
          const whole = await get('whole %+ü.csv');
          assert.equal(await readFile(path, 'utf8'), '0123456789');
          // Written again since it was listed; or of a store that has two forms of tags.
          assert.equal(await get('again.csv', Date.UTC(2026, 0, 2, 0, 0, 4)), 'changed');
          assert.deepEqual(await get('again.csv'), whole);
          // As it was before it was packed for transport.
          await get('packed.csv');
          assert.equal((await readFile(path, 'utf8')).length, 500);
        },
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

// What a store answers to the question for its objects, and what it does when it misbehaves: a small server of our own plays the
// faults that a real one cannot be brought to.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isAppError, type S3Settings } from '../../core/index.ts';
import { readPage, S3Bucket } from './s3-client.ts';

const objectXml = (key: string, at: string, size = 3): string =>
  `<Contents><Key>${key}</Key><LastModified>${at}</LastModified><ETag>&quot;e-${key}&quot;</ETag><Size>${size}</Size></Contents>`;
const listXml = (objects: string, more = ''): string =>
  `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects}` +
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
      await S3Bucket.open(settings, { secretOf: () => 'sesame', signal: new AbortController().signal }),
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
  it('is told of by what it says, without the secret', () =>
    withBucket(
      (_, response) => void response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>'),
      async (bucket) => {
        await assert.rejects(bucket.list(), unreachable(/403 SignatureDoesNotMatch/));
      },
    ));

  it('is not followed elsewhere', () =>
    withBucket(
      (_, response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
      async (bucket) => {
        await assert.rejects(bucket.list(), unreachable(/cannot be read/));
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
          response.writeHead(200, { 'content-length': '10', etag: '"new"' });
          if (request.url?.includes('whole')) response.end('0123456789');
          else response.write('01234', () => response.destroy());
        },
        async (bucket) => {
          const path = join(folder, 'file');
          await assert.rejects(bucket.download(object, path), unreachable(/cannot be read for source till/));
          assert.equal(await bucket.download({ ...object, key: 'gone.csv' }, path), undefined);
          const found = await bucket.download({ ...object, key: 'whole.csv' }, path);
          assert.equal(found?.etag, 'new');
          assert.equal(await readFile(path, 'utf8'), '0123456789');
        },
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

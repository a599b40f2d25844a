import assert from 'node:assert/strict';
import { test } from 'node:test';

import { siblingScript, ThreadPool } from './threads.ts';

// The worker scripts are data: URLs, so that no extra file is needed.
const script = (body: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(
      `import { serveThread } from ${JSON.stringify(new URL('./threads.ts', import.meta.url).href)};${body}`,
    )}`,
  );

test('requests are answered by their own replies, whatever order they end in', async () => {
  const pool = new ThreadPool<number, number>({
    script: script('serveThread((base) => (x) => ({ reply: base + x * x }));'),
    size: 2,
    data: 100,
  });
  try {
    const replies: number[] = [];
    await pool.runAll([1, 2, 3, 4, 5], (reply, index) => {
      replies[index] = reply;
    });
    assert.deepEqual(replies, [101, 104, 109, 116, 125]);
  } finally {
    await pool.close();
  }
});

test('a handler that throws fails its request only', async () => {
  const pool = new ThreadPool<number, number>({
    script: script(
      'serveThread(() => (x) => { if (x < 0) throw new Error("negative"); return { reply: x }; });',
    ),
    size: 1,
  });
  try {
    await assert.rejects(pool.run(-1), /negative/);
    assert.equal(await pool.run(7), 7);
  } finally {
    await pool.close();
  }
});

test('a thread that dies fails its request and is replaced', async () => {
  const pool = new ThreadPool<string, string>({
    script: script('serveThread(() => (x) => { if (x === "die") process.exit(3); return { reply: x }; });'),
    size: 1,
  });
  try {
    await assert.rejects(pool.run('die'), /code 3/);
    assert.equal(await pool.run('again'), 'again');
  } finally {
    await pool.close();
  }
});

test('closing fails what is under way', async () => {
  const pool = new ThreadPool<number, number>({
    script: script('serveThread(() => (x) => { for (;;) {} });'),
    size: 1,
  });
  const running = assert.rejects(pool.run(1), /closed/);
  const waiting = assert.rejects(pool.run(2), /closed/);
  await pool.close();
  await Promise.all([running, waiting]);
});

test('a sibling script has the extension of the module that asks', () => {
  assert.ok(siblingScript('file:///a/src/x.ts', 'worker').href.endsWith('/a/src/worker.ts'));
  assert.ok(siblingScript('file:///a/dist/x.js', 'worker').href.endsWith('/a/dist/worker.js'));
});

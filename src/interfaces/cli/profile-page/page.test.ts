import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openChromium, withoutChromium } from '../../../../test/fixtures/chromium.ts';
import { even, profileOf } from '../../../../test/fixtures/data-profile.ts';
import { type PageData, profilePage, refusalPage } from './page.ts';

const madeAt = Date.UTC(2026, 10, 21);

function pageOf(histories: Parameters<typeof profileOf>[0], given: Partial<PageData> = {}): string {
  return profilePage({
    title: 'sales.csv',
    project: 'shop',
    madeAt,
    ...profileOf(histories),
    rows: { accepted: 10, duplicates: 0, quarantined: 2, quarantinedByCode: { 'bad-number': 2 } },
    findings: [],
    checks: [],
    ...given,
  });
}

const hostile = [
  '<script>window.broken = 1</script>',
  '"><img src=x onerror="window.broken = 1">',
  `' onload='window.broken = 1`,
  '</style><h1 id="mine">mine</h1>',
  '</title><base href="https://elsewhere.example/">',
  '&lt;b&gt;',
  '\u202egnp.exe',
  '\ud800',
  'x'.repeat(5_000),
  'line\nend\u0000',
];

/** With signs of every kind that histories can have. */
function mixed(): Record<string, number[]> {
  const slip = even(20);
  slip[30] = 5000;
  const cases = even(20, 90).map((y, i) => (i < 70 ? y : 12 * y));
  return {
    slip,
    cases,
    gone: even(7, 20),
    back: [5, 8, -3, 6],
    once: [0, 0, 9, 0],
    never: Array(20).fill(0),
    flat: Array(30).fill(4),
    ...Object.fromEntries(hostile.map((id, i) => [id, even(10 + i)])),
  };
}

test('no id, name or reason becomes markup', () => {
  const html = pageOf(mixed(), {
    title: hostile[0] as string,
    project: hostile[1] as string,
    findings: [{ kind: 'stale', message: hostile[3] as string }],
  });
  const tags = new Set([...html.matchAll(/<([a-z0-9]+)/gi)].map(([, tag]) => tag));
  for (const tag of ['script', 'img', 'base', 'iframe', 'link', 'object']) assert.ok(!tags.has(tag), tag);
  const attributes = new Set(
    [...html.matchAll(/<[a-z0-9]+((?: [a-z-]+="[^"<>]*")*)>/gi)].flatMap(([, list = '']) =>
      [...list.matchAll(/ ([a-z-]+)="/gi)].map(([, name]) => name),
    ),
  );
  assert.ok(![...attributes].some((name) => /^on|src|href/i.test(name ?? '')), [...attributes].join());
  assert.ok(!html.includes('\u202e'), 'what turns text around is written out');
  assert.ok(html.isWellFormed());
  assert.match(refusalPage({ title: '<b>', project: '<i>', madeAt, code: 'x', message: '<u>' }), /&lt;u&gt;/);
});

test('a page is small and the same for the same profile, whatever the number of series', () => {
  const many = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, i) => [`item ${i}`, even(5 + (i % 40), 20)]),
  );
  const html = pageOf(many);
  assert.ok(html.length < 120_000, `${html.length}`);
  assert.match(html, /of 2000 series: of each suspicion .* drawn by a hash of their ids/);
  assert.equal(pageOf(many), html);
});

test('a file without a history has a page, and so has one that was refused as a whole', () => {
  assert.match(pageOf({}), /There is no history to show[\s\S]*|bad-number/);
  const refused = refusalPage({
    title: 'bad.csv',
    project: 'shop',
    madeAt,
    code: 'data/missing-column',
    message: 'bad.csv has no column "item"',
  });
  assert.match(refused, /refused as a whole[\s\S]*no column &quot;item&quot;[\s\S]*data\/missing-column/);
});

test('in a browser the page fits narrow and wide screens, runs nothing and loads nothing', {
  skip: withoutChromium,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-page-'));
  t.after(() => rm(folder, { recursive: true }));
  const pages = { mixed: pageOf(mixed()), empty: pageOf({}), one: pageOf({ a: [3] }) };
  const browser = await openChromium();
  t.after(() => browser.close());
  for (const [name, html] of Object.entries(pages)) {
    const path = join(folder, `${name}.html`);
    await writeFile(path, html);
    for (const width of [360, 1200]) {
      const page = await browser.newPage({ viewport: { width, height: 800 } });
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      page.on('request', (request) => {
        if (!request.url().startsWith('file:')) said.push(request.url());
      });
      await page.goto(pathToFileURL(path).href);
      const seen = (await page.evaluate(
        `({ over: document.documentElement.scrollWidth - innerWidth, broken: window.broken, mine: document.querySelectorAll('#mine, script, img').length,
              unnamed: document.querySelectorAll('svg:not([aria-label])').length })`,
      )) as object;
      assert.deepEqual(seen, { over: 0, broken: undefined, mine: 0, unnamed: 0 }, `${name} at ${width}`);
      assert.deepEqual(said, [], name);
      await page.close();
    }
  }
});

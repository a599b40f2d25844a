// The pictures of the dashboard in docs/images, of a demo whose season is over (`npm start -- --days 60`):
// node scripts/draw-dashboard.ts http://127.0.0.1:7400
// Wide and narrow, light and dark, with data, without any, and with a server that refuses.

import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { openChromium, withoutChromium } from '../test/fixtures/chromium.ts';

const [url] = process.argv.slice(2);
if (url === undefined || withoutChromium !== false) {
  process.stderr.write(
    withoutChromium === false ? 'usage: node scripts/draw-dashboard.ts URL\n' : `${withoutChromium}\n`,
  );
  process.exit(2);
}
const folder = fileURLToPath(new URL('../docs/images', import.meta.url));
const wide = { width: 1280, height: 900 };
const narrow = { width: 390, height: 844 };
const project = '/projects/warehouse';

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly size?: typeof wide;
  readonly scheme?: 'light' | 'dark';
  /** What is done on the page before it is drawn. */
  readonly prepare?: (page: Page) => Promise<void>;
}

const pictures: readonly Picture[] = [
  { name: 'home', path: '/' },
  { name: 'series', path: `${project}/forecasts?series=south%2Fpallet-straps` },
  {
    name: 'quarantine',
    path: `${project}/data?part=quarantine&code=bad-number`,
    prepare: async (page) => {
      for (const row of [0, 1, 2]) await page.getByRole('checkbox').nth(row).check();
    },
  },
  { name: 'home-narrow', path: '/', size: narrow, scheme: 'dark' },
  {
    name: 'orders',
    path: `${project}/replenishment`,
    prepare: async (page) => {
      await page.getByRole('button', { name: "Count the demo's stock" }).click();
      await page.getByRole('button', { name: 'What to order' }).click();
      await page.getByText('Value of the orders').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'empty',
    path: `${project}/forecasts?find=nothing-like-it`,
    size: narrow,
  },
  {
    name: 'failing',
    path: `${project}/models`,
    size: narrow,
    prepare: async (page) => {
      await page.route('**/v1/**', (route) => route.abort());
      await page.reload();
      await page.getByRole('alert').first().waitFor();
    },
  },
];

const browser = await openChromium();
try {
  for (const { name, path, size = wide, scheme = 'light', prepare } of pictures) {
    const context = await browser.newContext({
      viewport: size,
      colorScheme: scheme,
      locale: 'en-GB',
      timezoneId: 'UTC',
    });
    const page = await context.newPage();
    await page.goto(`${url}${path}`);
    await page.locator('main > *').first().waitFor();
    await page.waitForTimeout(3000);
    await prepare?.(page);
    await page.waitForTimeout(1500);
    await page.screenshot({ path: `${folder}/${name}.png` });
    await context.close();
  }
} finally {
  await browser.close();
}

// What tests ask of a page: that it has settled, and that everybody can use it.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

interface Size {
  readonly width: number;
  readonly height: number;
}
export const wide: Size = { width: 1280, height: 800 };
export const narrow: Size = { width: 390, height: 844 };

export interface Look {
  readonly viewport?: Size;
  readonly colorScheme?: 'light' | 'dark';
}

export interface Opened {
  readonly page: Page;
  /** What the browser complained of. */
  readonly complaints: string[];
}

/** A page of its own, as a reader in Britain has it. */
export async function openPage(browser: Browser, options: Look & { baseURL: string }): Promise<Opened> {
  const context = await browser.newContext({ viewport: wide, locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

/** Opens an address and waits until nothing loads any more. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await settled(page);
}

/** Resolves when the page shows something and nothing on it loads. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main > *').first().waitFor();
  while ((await page.locator('.state.loading').count()) > 0) await page.waitForTimeout(20);
}

/** What axe finds, of any weight. */
export async function violations(page: Page): Promise<string[]> {
  if ((await page.evaluate('typeof window.axe')) !== 'object') await page.evaluate(axe);
  const found =
    await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html, failureSummary }) => impact + ' ' + id + ': ' + html.slice(0, 200) + ' ' + failureSummary)))`);
  return found as string[];
}

/** Texts and names on the page with marks that turn text around or colour terminals, which are to be shown by their number. */
export async function rawMarks(page: Page): Promise<string[]> {
  const found = await page.evaluate(`(() => {
    const raw = /[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]/;
    const said = [...document.querySelectorAll('*')].flatMap((element) => [
      ...['title', 'aria-label', 'placeholder'].map((name) => element.getAttribute(name) ?? ''),
      ...[...element.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data),
    ]);
    return said.filter((text) => raw.test(text)).map((text) => JSON.stringify(text));
  })()`);
  return found as string[];
}

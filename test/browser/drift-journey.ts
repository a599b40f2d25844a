// What people come to the page Drift for.

import type { Page } from 'playwright-core';
import { visit } from './looks.ts';

/** A check says what each column is, with both distributions; another one is begun. */
export async function driftJourney(page: Page): Promise<void> {
  await visit(page, '/projects/shop/drift');
  await page.getByRole('heading', { name: /^units/ }).waitFor();
  await page.getByText('Beside the periods before: this one decides').waitFor();
  await page.getByRole('button', { name: /^price, through/ }).click();
  await page.getByRole('heading', { name: /^price/ }).waitFor();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForFunction("!location.search.includes('column=price')");
  await page.getByRole('button', { name: 'Check now' }).click();
  await page.getByText('A check has begun').waitFor();
  await page
    .getByRole('button', { name: /^price, through/ })
    .nth(1)
    .waitFor();
}

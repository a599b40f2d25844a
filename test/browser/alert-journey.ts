// What people do with an alert on its page.

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { DashboardWorld } from './dashboard-world.ts';
import { violations, visit } from './looks.ts';

/** Takes care of one, silences it until some time and closes it, by mouse and by keys. */
export async function alertJourney(page: Page, { client }: Pick<DashboardWorld, 'client'>): Promise<void> {
  await visit(page, '/alerts?project=shop');
  const card = page.getByRole('listitem').filter({ hasText: 'any-refused' });
  await card.getByText(/^quarantineShare 0\.\d+, bound 0 \(n \d+\)$/).waitFor();
  const of = 'any-refused, shop';
  assert.equal(
    await card.getByRole('link', { name: `Runbook ${of}` }).getAttribute('href'),
    'https://wiki.example/alerts',
  );
  await card.getByRole('button', { name: `Acknowledge ${of}` }).click();
  const dialog = page.getByRole('dialog', { name: 'Take care of any-refused' });
  await dialog.getByLabel(/^Reason/).fill('asked the shop');
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Acknowledge' }).click();
  await card.getByText(/takes care, .*: asked the shop$/).waitFor();
  await card.getByRole('button', { name: `Silence ${of}` }).focus();
  await page.keyboard.press('Enter');
  const quiet = page.getByRole('dialog', { name: 'Silence any-refused' });
  await quiet.getByLabel('For how long').selectOption('a day');
  assert.deepEqual(await violations(page), []);
  await quiet.getByLabel(/^Reason/).focus();
  await page.keyboard.type('stock-taking');
  await page.keyboard.press('Enter');
  await card.getByText(/^silent until .*: stock-taking$/).waitFor();
  const [silent] = (await client.alerts.list({ state: 'silenced' })).items;
  const lasts = Date.parse(silent?.silence?.until ?? '') - Date.parse(silent?.silence?.at ?? '');
  assert.ok(Math.abs(lasts - 86_400_000) < 1000, String(lasts));
  await card.getByRole('button', { name: `End the silence ${of}` }).press('Enter');
  await card.getByRole('button', { name: `Resolve ${of}` }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).press('Enter');
  await page.getByText('The alert is closed').waitFor();
}

// The dashboard in a real browser, over one server: every page in the list in every state, and what people come for.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openChromium, withoutChromium } from '../fixtures/chromium.ts';
import { addresses, emptyAddresses, ofRecords, pages, pathOf } from './addresses.ts';
import { alertJourney } from './alert-journey.ts';
import { type DashboardWorld, hostile, openDashboardWorld } from './dashboard-world.ts';
import { driftJourney } from './drift-journey.ts';
import {
  type Look,
  narrow,
  type Opened,
  openPage,
  rawMarks,
  settled,
  violations,
  visit,
  wide,
} from './looks.ts';

describe('the dashboard', { skip: withoutChromium }, () => {
  let world: DashboardWorld;
  let browser: Browser;

  before(async () => {
    [world, browser] = await Promise.all([openDashboardWorld(), openChromium()]);
  });
  after(async () => {
    await browser.close();
    await world.close();
  });

  const open = async (options: Look = {}): Promise<Opened> => {
    return await openPage(browser, { baseURL: world.url, ...options });
  };
  for (const [name, options, visited] of [
    ['wide and light', { viewport: wide, colorScheme: 'light' }, [...addresses, ...emptyAddresses]],
    // What differs there is the frame around pages, and how wide they are.
    [
      'narrow and dark',
      { viewport: narrow, colorScheme: 'dark' },
      addresses.filter((address) => !/part=(?!quarantine)|window=|version=|state=/.test(address)),
    ],
  ] as const)
    test(`every page can be used by everybody, ${name}`, async () => {
      const { page, complaints } = await open(options);
      for (const address of [...visited, ...(await ofRecords(world))]) {
        await visit(page, address);
        assert.deepEqual(await rawMarks(page), [], address);
        assert.deepEqual(await violations(page), [], address);
        assert.deepEqual(complaints, [], address);
        assert.equal(await page.evaluate('window.harmed'), undefined, address);
        const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
        assert.ok(Number(overflow) <= 0, `${address} is ${overflow} wider than the window`);
      }
    });

  test('a server that refuses is said on every page, with what to do, and asked again', async () => {
    const { page } = await open();
    await page.route('**/v1/**', (route) =>
      route.fulfill({
        status: 400,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          status: 400,
          code: 'store/full',
          detail: `no room ${hostile}`,
          hint: 'free some',
        }),
      }),
    );
    await page.route('**/health', (route) => route.abort());
    // What a person writes first is asked for then.
    const asking = pages.filter(({ id }) => id !== 'replenishment');
    for (const address of asking.map((entry) => pathOf(entry, 'shop'))) {
      await page.goto(address);
      await page.getByRole('alert').first().waitFor();
      assert.deepEqual(await violations(page), [], address);
    }
    assert.equal(await page.evaluate('window.harmed'), undefined);
    await page.unrouteAll();
    await page.goto('/jobs');
    await page.getByRole('cell', { name: 'empty' }).first().waitFor();
  });

  test('is it right? Home says so with what it rests on, and follows what happens', async () => {
    const { page, complaints } = await open();
    await visit(page, '/');
    const shop = page.locator('.project', { hasText: 'shop' }).first();
    await shop.getByText(/seasonal naive \d+\.\d%: \d+% (less|more) error/).waitFor();
    await shop.getByText(/175 labels, 100% of those due/).waitFor();
    await shop
      .getByText(/version 2/)
      .first()
      .waitFor();
    await shop.getByText('over 7 periods, price: price').waitFor();
    await shop.getByText(/^version 1: \d/).waitFor();
    await shop.getByText('2: by itself').waitFor();
    const { amount, labels } = await world.client.moneyAtRisk('shop');
    assert.ok(amount !== null && amount > 0 && labels > 0);
    const empty = page.locator('.project', { hasText: 'empty' }).first();
    await empty.getByText('no forecast has met its demand yet').waitFor();
    await empty.getByText('next: nothing is trained: `almanac train`').waitFor();
    const inbox = page.getByRole('region', { name: 'Needs you' });
    await inbox.getByText('5 refused rows wait, in 2 batches').waitFor();
    await inbox.getByText(/Job train failed: .*no accepted observation/).waitFor();
    await world.nextDay();
    await shop.getByText('7 Apr 26').waitFor();
    // By keys alone: from the page's first link to what waits.
    await page.keyboard.press('Control+k');
    await page.keyboard.type('shop mod');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/projects/shop/models');
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page.waitForURL(`${world.url}/`);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
  });

  test('which series need me? They are found, sorted and opened, by mouse and by keys', async () => {
    const { page, complaints } = await open();
    await visit(page, '/projects/shop/forecasts');
    await page.getByText('5 of 5 series').waitFor();
    await page.getByLabel('Find series').fill('BRE');
    await page.getByText('1 of 5 series').waitFor();
    await page.getByRole('button', { name: 'bread' }).click();
    await page.getByRole('heading', { name: /^bread/ }).waitFor();
    await page.getByRole('img', { name: 'bread: Demand and forecast' }).waitFor();
    await page.getByText(/forecasts made 1 step ahead/).waitFor();
    await page.getByRole('combobox', { name: 'Steps ahead' }).selectOption('3');
    await page.getByText(/forecasts made 3 steps ahead/).waitFor();
    await page.getByRole('button', { name: 'Table' }).first().click();
    await page.getByRole('columnheader', { name: '80% low' }).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Lineage' }).first().click();
    await page.getByRole('dialog').getByText('Snapshot it learnt from').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Escape');
    // By keys: search, the first that is found, and back, each with its address.
    await page.goto('/projects/shop/forecasts');
    await settled(page);
    await page.keyboard.press('/');
    await page.keyboard.type('onerror');
    await page.getByText('1 of 5 series').waitFor();
    await page.getByRole('button', { name: /onerror/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /onerror/ }).waitFor();
    await page.goBack();
    await page.getByText('1 of 5 series').waitFor();
    assert.equal(await page.evaluate('window.harmed'), undefined);
    assert.deepEqual(complaints, []);
  });

  test('why this number, and what if the price were another? In parts that add up, by mouse and by keys', async () => {
    const { page, complaints } = await open();
    await visit(page, '/projects/shop/forecasts?series=bread');
    await page.getByRole('img', { name: 'bread: Why this number' }).waitFor();
    const parts = page.getByRole('table').filter({ hasText: 'Driver' }).first();
    const figure = async (row: string): Promise<number> =>
      Number(
        (await parts.getByRole('row', { name: row }).getByRole('cell').nth(1).textContent())?.replace(
          /[+,]/g,
          '',
        ),
      );
    const [level, season, sum] = [
      await figure('level'),
      await figure('season'),
      await figure('The forecast'),
    ];
    assert.ok(Math.abs(level + season - sum) <= 1, `${level} ${season} ${sum}`);
    await page.getByLabel('In all steps ahead').fill('1.5');
    await page.getByLabel('In all steps ahead').press('Enter');
    await page.getByText('The forecast stays the same').waitFor();
    await page.getByRole('img', { name: 'bread: with price at 1.5' }).waitFor();
    await page.getByText('Planned, or last known: 3.').waitFor();
    await page.getByLabel('In all steps ahead').fill('10%');
    assert.equal(await page.getByRole('button', { name: 'Compute' }).isDisabled(), true);
    await page.getByLabel('In all steps ahead').fill('-10%');
    await page.getByRole('button', { name: 'Compute' }).click();
    await page.getByRole('img', { name: 'bread: with price at -10%' }).waitFor();
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(complaints, []);
  });

  test('a forecast is overridden with a reason, and withdrawn, by mouse and by keys', async () => {
    const { page, complaints } = await open();
    await visit(page, '/projects/shop/forecasts?series=rolls');
    await page.getByText('Nothing of it is overridden').waitFor();
    await page.getByRole('button', { name: 'Override …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Through').selectOption({ index: 1 });
    await dialog.getByLabel('Percent more').check();
    await dialog.getByLabel('Number').fill('-10');
    await dialog.getByText(/→ \d.*; .*→ \d/).waitFor();
    assert.deepEqual(await violations(page), []);
    await dialog.getByLabel('Reason').fill(hostile);
    await dialog.getByRole('button', { name: 'Override', exact: true }).click();
    await page.getByText('2 periods are overridden').waitFor();
    await page.getByText(`: ${hostile}`).first().waitFor();
    await page.locator('.drawing .mark').nth(1).waitFor();
    await page.getByText(/^overridden: \d/).waitFor();
    // By keys: what cannot be is refused in the dialog, what can is replaced.
    const begin = page.getByRole('button', { name: 'Override …' });
    await begin.press('Enter');
    await dialog.getByLabel('Number').fill('99999');
    await dialog.getByLabel('Reason').fill('slip');
    await dialog.getByLabel('Reason').press('Enter');
    await dialog.getByText(/100 times the largest/).waitFor();
    await dialog.getByLabel('Number').fill('31');
    await dialog.getByLabel('Number').press('Enter');
    await page.getByText('1 period is overridden').waitFor();
    await page.getByText('replaced', { exact: true }).waitFor();
    const withdraw = page.getByRole('button', { name: /^Withdraw …/ }).first();
    await withdraw.press('Enter');
    await dialog.getByLabel('Reason').fill('not this week');
    await dialog.getByRole('button', { name: 'Withdraw', exact: true }).press('Enter');
    await page.getByText('The override is withdrawn').waitFor();
    await page.getByText(/ended by http .*: not this week/).waitFor();
    // All of the project, each a click from its series.
    await visit(page, '/projects/shop/forecasts?part=overrides');
    await page.getByRole('cell', { name: 'stands' }).first().waitFor();
    await page.getByLabel('State').selectOption('withdrawn');
    await page.getByRole('button', { name: 'rolls', exact: true }).waitFor();
    // What has come of others is graded beside the model.
    await visit(page, '/projects/shop/forecasts?series=bread');
    await page
      .getByText(/(\d) labels of \1 due \(100%\)/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Table', exact: true }).first().click();
    await page.getByRole('columnheader', { name: 'Overridden' }).waitFor();
    assert.deepEqual(await violations(page), []);
    assert.equal(await page.evaluate('window.harmed'), undefined);
    // The browser's own word for what was refused.
    assert.deepEqual(
      complaints.filter((text) => !text.includes('status of 400')),
      [],
    );
  });

  test('totals add up, by the columns that are asked for', async () => {
    const { page, complaints } = await open();
    await visit(page, '/projects/shop/forecasts?part=totals');
    await page.getByLabel('Group by').fill('item');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /bread/ }).waitFor();
    await page.getByRole('button', { name: 'item', pressed: true }).click();
    await page.getByRole('row', { name: /bread/ }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'item', pressed: false }).press('Enter');
    await page.getByRole('row', { name: /bread/ }).waitFor();
    const units = page.getByRole('row').filter({ hasNotText: 'Group' });
    const figures = await Promise.all(
      (await units.all()).map(async (row) =>
        Number((await row.getByRole('cell').nth(6).textContent())?.replace(/,/g, '')),
      ),
    );
    const [whole = 0, ...groups] = figures;
    assert.equal(groups.length, 5);
    assert.ok(
      whole > 0 && Math.abs(groups.reduce((sum, one) => sum + one, 0) - whole) <= 3,
      figures.join(' '),
    );
    assert.deepEqual(complaints, []);
  });

  test('what changed from one training to the next? Two runs stand side by side', async () => {
    const { page, complaints } = await open();
    await visit(page, '/projects/shop/runs');
    const boxes = page.getByRole('checkbox', { name: /^Compare train/ });
    await boxes.nth(0).check();
    await boxes.nth(1).press('Space');
    await page.getByRole('button', { name: 'Compare 2 runs' }).click();
    await page.getByRole('region', { name: 'Figures', exact: true }).getByText('selected.loss').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.goBack();
    await boxes.first().waitFor();
    assert.deepEqual(complaints, []);
  });

  test('what to order? From written stock to a ranked list with reasons', async () => {
    const { page, complaints } = await open();
    await visit(page, '/projects/shop/replenishment');
    await page.getByRole('button', { name: /names of the most valuable/ }).click();
    const stock = page.getByLabel('Stock as it is now');
    while (!(await stock.inputValue()).includes('cake')) await page.waitForTimeout(20);
    await page.getByRole('button', { name: 'What to order' }).click();
    await page
      .getByRole('alert')
      .getByText(/Line 2: onHand is to be a number, and is empty/)
      .waitFor();
    await stock.fill('series,onHand\nbread,10\ncake,100000');
    await page.getByRole('button', { name: 'What to order' }).press('Enter');
    await page.getByRole('link', { name: 'bread' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'cake' }).count(), 0);
    await page.getByLabel('Only what is to be ordered').uncheck();
    await page.getByRole('link', { name: 'cake' }).waitFor();
    assert.deepEqual(await violations(page), []);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as XLSX' }).click();
    assert.match(readFileSync(await (await saved).path(), 'latin1'), /^PK.*<t [^>]*>bread<\/t>/s);
    await page.getByRole('button', { name: /stock of bread by periods/ }).focus();
    await page.keyboard.press('Enter');
    const curve = page.getByRole('dialog', { name: 'Stock of bread' });
    assert.match(page.url(), /line=bread/);
    await curve.getByRole('button', { name: 'Table' }).click();
    await curve.getByRole('columnheader', { name: 'Expected stock' }).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Escape');
    await curve.waitFor({ state: 'hidden' });
    assert.deepEqual(complaints, []);
  });

  test('refused rows are mended by mouse, and given up by keys', async () => {
    const { page, complaints } = await open();
    await visit(page, '/');
    const waits = page.locator('.inbox-item', { hasText: 'refused rows wait' });
    await waits.getByRole('link', { name: 'Look' }).click();
    await page.getByLabel('Refused for').selectOption('bad-number');
    await page.getByRole('button', { name: 'Row 1 as it came' }).press('Enter');
    const row = page.getByRole('dialog', { name: 'Row 1 as it came' });
    await row.getByText(/^http till <script>/).waitFor();
    await row.getByText('12 pcs').first().waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Escape');
    await page.getByLabel('Choose row 1').check();
    await page.getByLabel('Choose row 2').check();
    await page.getByRole('button', { name: /Mend/ }).click();
    await page.getByLabel('A text of a column becomes another').check();
    await page.getByRole('combobox', { name: 'Column' }).selectOption('units');
    await page.getByLabel('Text', { exact: true }).fill('12 pcs');
    await page.getByLabel('New text').fill('12');
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText(/2 rows landed; 0 are still refused/).waitFor();
    const mended = (await world.client.quarantine('shop')).filter(({ repairedBy }) => repairedBy !== null);
    assert.deepEqual(
      mended.map(({ row }) => row),
      [1, 2],
    );
    // By keys: the page, one row, the reason.
    await page.keyboard.press('Escape');
    await page.getByLabel('Refused for').selectOption('negative');
    await page.getByLabel('Choose row 1').focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: /Mend/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('A column gets another text').focus();
    await page.keyboard.press('ArrowUp');
    await page.getByLabel(/^Reason/).focus();
    await page.keyboard.type(hostile);
    await page.keyboard.press('Enter');
    await page.getByText('1 row was given up.').waitFor();
    assert.equal(await page.evaluate('window.harmed'), undefined);
    assert.deepEqual(complaints, []);
  });

  test('an alert is taken care of, silenced until some time and closed, by mouse and by keys', async () => {
    const { page, complaints } = await open();
    await alertJourney(page, world);
    assert.deepEqual(complaints, []);
  });

  test('a version is promoted, then rolled back, by mouse and by keys', async () => {
    const { page, complaints } = await open();
    await visit(page, '/projects/shop/models?version=1');
    await page.getByRole('button', { name: 'Promote …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Promote version 1?' });
    await dialog.getByLabel(/^Reason/).fill('a look at the first');
    await dialog.getByRole('button', { name: 'Promote' }).click();
    await page.getByText('Version 1 serves.').waitFor();
    assert.equal((await world.client.project('shop')).status.version?.number, 1);
    await page.getByRole('button', { name: 'Roll back …' }).focus();
    await page.keyboard.press('Enter');
    const back = page.getByRole('dialog', { name: 'Roll back to version 2?' });
    await back.getByLabel(/^Reason/).focus();
    await page.keyboard.type('it was right');
    await page.keyboard.press('Enter');
    await page.getByText('Version 2 serves again.').waitFor();
    assert.equal((await world.client.project('shop')).status.version?.number, 2);
    assert.deepEqual(complaints, []);
  });

  test('why did a job fail? Its log says so, and it is started again from its own request', async () => {
    const { page, complaints } = await open();
    await visit(page, '/jobs?state=failed&project=empty');
    await page.getByRole('button', { name: 'train' }).first().click();
    const log = page.getByRole('table', { name: /^Log job_/ });
    await log.getByText(/no accepted observation/).waitFor();
    assert.deepEqual(await violations(page), []);
    const before = new URL(page.url()).searchParams.get('job');
    await page.getByRole('button', { name: 'Start again …' }).focus();
    await page.keyboard.press('Enter');
    await page
      .getByRole('dialog', { name: 'Start train again?' })
      .getByText(/becomes a new job/)
      .waitFor();
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Start again', exact: true }).press('Enter');
    await page.getByText('It is started again.').waitFor();
    await page.getByRole('button', { name: String(before) }).waitFor();
    const next = await world.client.job(String(new URL(page.url()).searchParams.get('job')));
    assert.equal(next.parent, before);
    assert.deepEqual(complaints, []);
  });

  test('the demo says what day it is, is stopped and goes on, by mouse and by keys', async () => {
    const { page, complaints } = await open();
    await visit(page, '/jobs');
    const bar = page.getByRole('region', { name: 'Demo' });
    await bar.getByText('It is Mon, 18 Aug 2025').waitFor();
    await bar.getByText('0 of 9 days lived, paused').waitFor();
    await bar.getByText(`next, Wed, 20 Aug 2025: sent twice ${hostile}`).waitFor();
    await bar.getByRole('button', { name: 'Next day' }).click();
    await bar.getByText('It is Tue, 19 Aug 2025').waitFor();
    await bar.getByRole('button', { name: 'To the next event' }).press('Enter');
    await bar.getByText('3 of 9 days lived, paused').waitFor();
    await bar.getByText(`Wed, 20 Aug 2025: sent twice ${hostile}`).waitFor();
    // The season goes on whatever page is looked at.
    await visit(page, '/projects/shop/models');
    await bar.getByRole('button', { name: 'Go on' }).press('Enter');
    await bar.getByText(/a day a second/).waitFor();
    await bar.getByRole('button', { name: 'Pause' }).press('Enter');
    await bar.getByText(/lived, paused/).waitFor();
    assert.deepEqual(await violations(page), []);
    assert.equal(await page.evaluate('window.harmed'), undefined);
    assert.deepEqual(complaints, []);
  });

  test('what did a training learn that the one before had not? Two snapshots are compared', async () => {
    const { page, complaints } = await open();
    await visit(page, '/projects/shop/data?part=snapshots');
    await page.getByRole('button', { name: 'What changed' }).last().click(); // newer ones hold no more
    await page.getByText('Rows added').waitFor();
    await page.getByText(/Sun, 29 Mar 2026 → Mon, 6 Apr 2026/).waitFor();
    assert.match(page.url(), /before=[0-9a-f]{64}&after=[0-9a-f]{64}/);
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(complaints, []);
  });

  test('has the data changed? A check says so for every column, with both distributions, by mouse and by keys', async () => {
    const { page, complaints } = await open();
    await driftJourney(page);
    assert.deepEqual(complaints, []);
  });

  test('settings of a stored project are changed, and refused with the reason', async () => {
    const { page } = await open();
    await visit(page, '/projects/kept/settings');
    await page.getByRole('combobox', { name: 'Column of the price' }).focus();
    await page.keyboard.type('pri');
    await page.getByRole('button', { name: 'Count by it' }).press('Enter');
    await page.getByText('The settings hold.').waitFor();
    const { settings } = await world.client.project('kept');
    assert.match(JSON.stringify(settings), /"price":"price"/);
    assert.deepEqual(await violations(page), []);
    const field = page.getByLabel(/^Settings as JSON/);
    await field.fill('{"horizonSteps": "many"}');
    await page.getByRole('button', { name: 'Save' }).click();
    await page
      .getByRole('alert')
      .getByText(/horizonSteps/)
      .waitFor();
    await field.fill('{"horizonSteps": 5}');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/"horizonSteps": 5/).waitFor();
    assert.equal((await world.client.project('kept')).horizonSteps, 5);
  });

  test('a chart is a table where that is asked for, and is saved as CSV and as a picture', async () => {
    const { page, complaints } = await open();
    await visit(page, '/projects/shop/data?part=profile');
    for (const [button, ending] of [
      ['CSV', '.csv'],
      ['PNG', '.png'],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button, exact: true }).click(),
      ]);
      assert.ok(download.suggestedFilename().endsWith(ending));
      const bytes = readFileSync(await download.path());
      if (ending === '.csv') assert.match(bytes.toString(), /^\ufeffPeriod,Demand,Series\r\n2026-01-05,/);
      else assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    }
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    await page.getByRole('columnheader', { name: 'Period' }).waitFor();
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(complaints, []);
  });
});

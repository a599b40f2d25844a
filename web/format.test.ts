import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatsOf } from './format.ts';

const english = formatsOf('en-GB', 'Europe/Berlin');

test('figures are written as the reader writes them', () => {
  assert.equal(english.count(1234567.2), '1,234,567');
  assert.equal(formatsOf('de-DE').count(1234567), '1.234.567');
  assert.equal(english.percent(0.23407), '23.4%');
  assert.equal(english.signedPercent(0.05), '+5.0%');
  assert.equal(english.signedPercent(0), '0.0%');
  assert.equal(english.signed(-2881.7), '-2,882');
  assert.equal(english.signed(5.5551), '+5.56');
  assert.equal(english.signed(0.0033), '0');
  assert.equal(english.bytes(966952), '944 kB');
  assert.equal(english.bytes(0), '0 byte');
  assert.equal(english.seconds(0.0123), '12.3 ms');
  assert.equal(english.seconds(120), '2 mins');
  assert.equal(english.seconds(7200), '2 hrs');
});

test('a moment names its zone', () => {
  assert.equal(english.moment('2025-07-01T12:00:00Z'), '1 Jul 2025, 14:00 CEST');
});

test('a period is the one that the project names, whatever clock the reader has', () => {
  const far = formatsOf('en-GB', 'Pacific/Auckland');
  assert.equal(far.period('2025-09-08', 'day'), 'Mon, 8 Sept 2025');
  assert.equal(far.period('2025-09-01', 'month'), 'September 2025');
  assert.equal(far.period('2025-09-08', 'week'), 'W37 2025 (8 Sept 2025)');
  assert.equal(far.period('2024-12-29', 'week'), 'W1 2025 (29 Dec 2024)', 'a week from Sunday on');
  assert.equal(far.period('2025-10-01', 'quarter'), 'Q4 2025');
  assert.equal(far.period('2025-01-01', 'year'), '2025');
  assert.equal(far.period('2025-09-08T13:00Z', 'hour'), '8 Sept 2025, 13:00 UTC');
  assert.equal(far.period('17', 'step'), '17');
  assert.equal(far.shortPeriod('2025-09-08', 'day'), '8 Sept 25');
  assert.equal(far.shortPeriod('2025-09-08', 'week'), 'W37 2025');
  assert.equal(far.shortPeriod('2025-09-01', 'month'), 'Sept 2025');
});

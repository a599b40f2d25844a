import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dayLabel, dayOf, isHoliday, weekdayOf } from './calendar.ts';
import { asSent, sendRows, spoiltRows, toCsv } from './dirt.ts';
import { buildWarehouse, type DemandRow } from './generator.ts';
import { autumnSeason } from './script.ts';

const seasonStart = dayOf(autumnSeason.seasonStart);

function unitsOf(rows: readonly DemandRow[], item: string): number {
  return rows.filter((row) => row.item === item).reduce((sum, row) => sum + row.units, 0);
}

describe('buildWarehouse', () => {
  const warehouse = buildWarehouse(autumnSeason, 7);

  it('gives the same rows for the same seed, whatever day is asked first', () => {
    const again = buildWarehouse(autumnSeason, 7);
    fc.assert(
      fc.property(fc.integer({ min: warehouse.historyStart, max: seasonStart + 119 }), (day) => {
        assert.deepEqual(again.rowsOn(day), warehouse.rowsOn(day));
      }),
      { numRuns: 30 },
    );
  });

  it('gives other rows for another seed', () => {
    const other = buildWarehouse(autumnSeason, 8);
    assert.notDeepEqual(other.rowsOn(seasonStart), warehouse.rowsOn(seasonStart));
  });

  it('sells whole, non-negative units of 60 to 80 series', () => {
    assert.ok(warehouse.series.length >= 60 && warehouse.series.length <= 80);
    assert.equal(new Set(warehouse.series.map((series) => series.id)).size, warehouse.series.length);
    for (let day = seasonStart - 30; day < seasonStart + 120; day += 7) {
      for (const row of warehouse.rowsOn(day)) {
        assert.ok(Number.isInteger(row.units) && row.units >= 0);
        assert.ok(row.price > 0);
      }
    }
  });

  it('follows the script: new items begin, discontinued ones end, stock-outs sell little', () => {
    for (const event of autumnSeason.events) {
      const day = seasonStart + event.day;
      if (event.kind === 'new-item') {
        assert.equal(unitsOf(warehouse.rowsOn(day - 1), event.item), 0);
        assert.ok(warehouse.rowsOn(day).some((row) => row.item === event.item));
      }
      if (event.kind === 'discontinued')
        assert.ok(!warehouse.rowsOn(day + 1).some((row) => row.item === event.item));
      if (event.kind === 'stock-out') {
        const out = warehouse.rowsOn(day + 1).filter((row) => row.stockout);
        assert.ok(out.length > 0);
      }
      if (event.kind === 'promotion') assert.ok(warehouse.rowsOn(day).some((row) => row.promotion));
    }
  });

  it('has spare parts that are rarely asked for and consumables that always are', () => {
    const days = Array.from({ length: 100 }, (_, i) => warehouse.rowsOn(seasonStart - 100 + i));
    const sold = (item: string): number => days.filter((rows) => unitsOf(rows, item) > 0).length;
    assert.ok(sold('pump-seal-kit') < 60);
    assert.equal(sold('packing-tape'), 100);
  });
});

describe('sendRows', () => {
  const rows = buildWarehouse(autumnSeason, 7).rowsOn(seasonStart);

  it('adds spoilt and doubled rows beside the true ones and counts them', () => {
    const batch = sendRows(rows, { seed: 7, day: seasonStart, usualShare: 0.2 });
    assert.ok(batch.spoilt > 0 && batch.duplicates > 0);
    assert.equal(batch.rows.length, rows.length + batch.spoilt + batch.duplicates);
  });

  it('has a feed send nothing but spoilt rows, as many as it is to', () => {
    const bad = spoiltRows(rows, { seed: 7, day: seasonStart, count: 14 });
    assert.equal(bad.length, 14);
    const good = new Set(rows.map((row) => JSON.stringify(asSent(row))));
    assert.ok(bad.every((row) => !good.has(JSON.stringify(row))));
  });

  it('is the same every time', () => {
    const options = { seed: 7, day: seasonStart, usualShare: 0.2 };
    assert.deepEqual(sendRows(rows, options), sendRows(rows, options));
  });

  it('writes CSV with a header', () => {
    const [header, first] = toCsv(sendRows(rows, { seed: 7, day: 1, usualShare: 0 }).rows).split('\n');
    assert.equal(header, 'site,item,date,units,price,promotion,out_of_stock');
    assert.match(first as string, /^north,nitrile-gloves,2025-08-18,\d+,/);
  });
});

describe('the calendar', () => {
  it('knows weekdays and moving holidays', () => {
    assert.equal(weekdayOf(dayOf('2025-09-01')), 1);
    // Easter Sunday 2025 was 20 April, 2024 was 31 March.
    assert.ok(isHoliday(dayOf('2025-04-21')) && isHoliday(dayOf('2025-04-18')));
    assert.ok(isHoliday(dayOf('2024-04-01')) && !isHoliday(dayOf('2024-04-02')));
    assert.equal(dayLabel(dayOf('2024-02-29')), '2024-02-29');
  });
});

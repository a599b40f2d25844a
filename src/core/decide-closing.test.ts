import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { closedByLateness, closedByReporters, type GroupEvidence, type Reporter } from './decide-closing.ts';

const never = Number.NEGATIVE_INFINITY;

/** Who reported what: a line per reporter, `x` = a row of that period, `f` = one of a file, `.` = none; the first is period 0. */
function evidence(lines: readonly string[], change: Partial<GroupEvidence> = {}): GroupEvidence {
  const counts = new Map<number, number>();
  const reporters = lines.map((line): Reporter => {
    const rows = [...line].flatMap((cell, period) => (cell === '.' ? [] : [period]));
    for (const period of rows) counts.set(period, 1 + (counts.get(period) ?? 0));
    return {
      first: rows[0] ?? Number.POSITIVE_INFINITY,
      newest: rows.at(-1) ?? never,
      closes: line.lastIndexOf('f') < 0 ? never : line.lastIndexOf('f'),
      reported: (period) => rows.includes(period),
    };
  });
  return { closedThrough: never, counts, reporters: () => reporters, laterRowsClose: true, ...change };
}

test('a period is over when a later one has begun and no usual reporter is missing', () => {
  assert.equal(closedByReporters(evidence(['xxxxx.', 'xxxxx.', 'xxxxx.'], { closedThrough: 3 })), null);
  assert.equal(closedByReporters(evidence(['xxxxxx', 'xxxxx.', 'xxxxx.'], { closedThrough: 3 })), 4);
  assert.equal(closedByReporters(evidence(['xxxxxx', 'xxxxx.', 'xxxx..'], { closedThrough: 3 })), null);
  assert.equal(closedByReporters(evidence(['xxxxxx', 'xxxxxx', 'xxxxxx'], { closedThrough: 4 })), null);
  assert.equal(closedByReporters(evidence(['xxxxxx', 'xxxxx.', 'xxxxx.'], { closedThrough: 4 })), null);
});

test('who reports now and then is not waited for, nor who has been silent for long', () => {
  const sometimes = 'x..x...x..x....x......x.x...x.';
  const daily = 'x'.repeat(30);
  const ended = `${'x'.repeat(20)}${'.'.repeat(10)}`;
  assert.equal(closedByReporters(evidence([daily, `${'x'.repeat(29)}.`, sometimes, ended])), 28);
  const late = `${'x'.repeat(26)}....`;
  assert.equal(closedByReporters(evidence([daily, `${'x'.repeat(29)}.`, late])), 25);
});

test('half of the usual reporters must have come, also where nobody reports as a rule', () => {
  const odd = ['x.x.x.x.x', '.x.x.x.x.', 'x..x.xx..', '.xx..x.x.'];
  assert.equal(closedByReporters(evidence(odd)), 7);
  const turns = ['x.x.x.x...', 'x.x.x.x...', '.x.x.x.x..', '.x.x.x.x..', '.x.x.x.x..'];
  const first = 'x.x.x.x.xx';
  assert.equal(closedByReporters(evidence([first, ...turns], { closedThrough: 7 })), null);
  const second = turns.with(0, 'x.x.x.x.x.');
  assert.equal(closedByReporters(evidence([first, ...second], { closedThrough: 7 })), 8);
});

test('a file closes the newest period when all that usually come have come by file', () => {
  assert.equal(closedByReporters(evidence(['ffff', 'ffff', 'ff.f'])), 3);
  assert.equal(closedByReporters(evidence(['ffff', 'ffff', 'fff.'])), 2);
  assert.equal(closedByReporters(evidence(['ffff', 'fffx', 'ffff'])), 2);
  assert.equal(closedByReporters(evidence(['f'])), 0);
  assert.equal(closedByReporters(evidence(['x'])), null);
});

test('a later row closes nothing for groups that must be closed themselves', () => {
  assert.equal(closedByReporters(evidence(['fffx', 'ffxx'], { laterRowsClose: false })), 1);
});

test('closed days of the week are no gaps: only periods with rows count', () => {
  const weekdays = 'xxxxx..'.repeat(6);
  assert.equal(closedByReporters(evidence([`${weekdays}x`, `${weekdays}.`])), 39);
  assert.equal(closedByReporters(evidence([`${weekdays}x`, `${weekdays.slice(0, -3)}....`])), 38);
});

const rowsOf = fc
  .array(fc.array(fc.constantFrom('x', 'x', 'x', '.', 'f'), { minLength: 12, maxLength: 12 }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((lines) => lines.map((line) => line.join('')));

test('whatever was reported: what closes has a row, is newer than what is closed, and misses no usual reporter', () => {
  fc.assert(
    fc.property(rowsOf, fc.integer({ min: -1, max: 11 }), (lines, closedThrough) => {
      const through = closedByReporters(evidence(lines, { closedThrough }));
      if (through === null) return;
      assert.ok(through > closedThrough);
      assert.ok(lines.some((line) => line[through] !== '.'));
      for (const line of lines) {
        const before = line.slice(line.search(/[xf]/), through);
        const isAlways = line.search(/[xf]/) < through && !before.includes('.');
        assert.ok(!isAlways || /[xf]/.test(line.slice(through)), `${line} is missing at ${through}`);
      }
    }),
  );
});

test('one more row never opens what was closed, and the order of reporters is of no consequence', () => {
  fc.assert(
    fc.property(rowsOf, fc.nat(7), (lines, at) => {
      const known = closedByReporters(evidence(lines));
      assert.equal(closedByReporters(evidence([...lines].reverse())), known);
      const who = at % lines.length;
      const more = lines.with(who, `${lines[who]}x`);
      const next = closedByReporters(evidence(more, { closedThrough: known ?? never }));
      assert.ok(next === null || next > (known ?? never));
    }),
  );
});

test('the same rows any number of periods later close the same periods later', () => {
  fc.assert(
    fc.property(rowsOf, fc.integer({ min: 1, max: 40 }), (lines, by) => {
      const known = closedByReporters(evidence(lines));
      const moved = closedByReporters(evidence(lines.map((line) => '.'.repeat(by) + line)));
      assert.equal(moved, known === null ? null : known + by);
    }),
  );
});

test('lateness counts from the end of a period and from the first row as late as it, whichever is later', () => {
  const arrivals = [
    { period: 3, at: 100 },
    { period: 5, at: 200 },
  ];
  const at = (now: number, endedThrough = Number.POSITIVE_INFINITY) =>
    closedByLateness(arrivals, { now, latenessMs: 50, endedThrough });
  assert.deepEqual([at(149), at(150), at(249), at(250)], [null, 3, 3, 5]);
  assert.equal(at(250, 4), 4);
  assert.equal(closedByLateness([], { now: 1e9, latenessMs: 1, endedThrough: 7 }), null);
});

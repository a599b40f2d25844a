import assert from 'node:assert/strict';
import { test } from 'node:test';
import { even, profileOf } from '../../../test/fixtures/data-profile.ts';
import { Printer } from './printer.ts';
import { printProfile } from './profile-report.ts';
import { displayWidth } from './table.ts';

function printed(histories: Parameters<typeof profileOf>[0]): string {
  let text = '';
  printProfile(
    new Printer((more) => {
      text += more;
    }, false),
    profileOf(histories),
  );
  return text;
}

test('a profile says in a few lines what a planner asks', () => {
  const slip = even(20);
  slip[30] = 5000;
  const text = printed({ slip, gone: even(7, 20), calm: even(30), Calm: even(31) });
  assert.equal(
    text,
    `4 series, 2022-01-08 to 2022-03-08, demand 10,179 in all
of 200 periods 0.0 % zero, 0.0 % without a row
one series has half of it; the largest, "slip", has 61.3 %

demand class  series  demand  sells
smooth             3  38.7 %  nearly every period, even sizes
erratic            1  61.3 %  nearly every period, uneven sizes
intermittent       0   0.0 %  now and then, even sizes
lumpy              0   0.0 %  now and then, uneven sizes

worth a look        series  such as
outlier                  1  "slip" 5,000 in 2022-02-07, where 21 is usual
ended                    1  "gone" none since 2022-01-27, for 40 days
look-alike ids           2  "Calm" looks like "calm"
most of all demand       1  "slip" has 61 % of all demand
`,
  );
});

test('a newest period that is not whole is named with its reasons', () => {
  const rest = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`late ${i}`, even(10, 59)]));
  assert.match(
    printed({ ...rest, early: even(10) }),
    /2022-03-08, the newest period, is unfinished:\n {2}1 of 10 series that report as a rule have\n/,
  );
});

test('no line is wider than 80 columns, and no id moves the cursor', () => {
  const long = '\u001b[2J日本\n'.repeat(60);
  const other = `${'x'.repeat(400)}`;
  const text = printed({ [long]: [5, -70, 8], [other]: even(2), [`${other} `]: even(9e12) });
  for (const line of text.split('\n')) assert.ok(displayWidth(line) <= 80, line);
  assert.ok(!text.includes('\u001b'));
});

test('nothing has a profile too', () => assert.equal(printed({}), 'no series\n'));

// The season told to people: what happens line by line, the day under way in a line that renews itself.

import { visibleText } from '../../core/index.ts';
import { rendered, styles } from '../../interfaces/cli/index.ts';
import { dayLabel, weekdayOf } from './calendar.ts';
import type { SeasonNews } from './season-types.ts';

export interface TimelineSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** Days drawn: four weeks, or two where the line would not fit. */
const sparkDays = { wide: 28, narrow: 14 };
const wideColumns = 104;
const clearLine = '\r\u001b[2K';

export class Timeline {
  readonly #sink: TimelineSink;
  readonly #colours = styles;
  readonly #colour: boolean;
  readonly #sold: number[] = [];
  readonly #expected: number[] = [];
  readonly #live: boolean;
  readonly #days: number;

  constructor(sink: TimelineSink, options: { colour: boolean }) {
    this.#sink = sink;
    this.#colour = options.colour;
    this.#live = sink.isTTY === true;
    this.#days = (sink.columns ?? wideColumns) >= wideColumns ? sparkDays.wide : sparkDays.narrow;
  }

  /** Tells one piece of news. */
  tell(news: SeasonNews): void {
    const { bold, cyan, dim, green, yellow } = this.#colours;
    switch (news.kind) {
      case 'opened':
        this.#line('');
        this.#line(
          `${bold('A season in a simulated warehouse')}  ${dim(`${news.series} series, two sites, seed ${news.seed}`)}`,
        );
        this.#line(
          dim(
            `the server under it is real: ${news.url} (open it in a browser${news.canPause ? ': it can be paused there' : ''})`,
          ),
        );
        this.#line('');
        break;
      case 'history':
        this.#line(
          `${cyan('history ')} ${news.days} days from a file: ${bold(whole(news.accepted))} rows in, ` +
            `${news.quarantined} quarantined, ${news.duplicates} duplicates dropped ${dim(seconds(news.ms))}`,
        );
        break;
      case 'training-started':
        this.#status(`${cyan('train   ')} ${news.reason} …`);
        break;
      case 'training-progress':
        this.#status(`${cyan('train   ')} ${Math.round(news.fraction * 100)} %  ${news.message}`);
        break;
      case 'trained':
        this.#trained(news);
        break;
      case 'event':
        this.#line(`${yellow('event   ')} ${this.#dayName(news.day)}  ${news.event.note}`);
        break;
      case 'quarantined':
        // The odd broken row is daily business; a batch of them is news.
        if (total(news.byCode) > 5)
          this.#line(
            `${yellow('bad rows')} ${this.#dayName(news.day)}  ${total(news.byCode)} into quarantine: ${codes(news.byCode)}`,
          );
        break;
      case 'day':
        this.#day(news);
        break;
      case 'week':
        this.#week(news);
        break;
      case 'reading-back':
        this.#status(`${green('check   ')} reading back ${whole(news.predictions)} predictions …`);
        break;
    }
  }

  /** Removes the line that renews itself. */
  end(): void {
    if (this.#live) this.#sink.write(clearLine);
  }

  /** Names the columns of the lines to come; once, when the season starts. */
  #caption(): void {
    this.#line('');
    this.#line(this.#colours.dim(`         ${'units sold by day'.padEnd(this.#days)} forecast`));
  }

  #trained(news: Extract<SeasonNews, { kind: 'trained' }>): void {
    const { bold, cyan, dim, green, yellow } = this.#colours;
    // The figures that decided; how many folds they rest on is in `almanac models --json`.
    const why = news.gate === null ? '' : ` (${news.gate.replace(/ on \d+ folds.*$/, '')})`;
    const outcome = news.promoted
      ? `${green('gate passed')}${dim(why)}, ${bold(`version ${news.version}`)} serves`
      : `${yellow('gate refused')}${dim(why)}, version ${news.version} goes on serving`;
    const load =
      news.servedMeanwhile > 0 ? `, ${whole(news.servedMeanwhile)} forecasts served meanwhile` : '';
    this.#line(
      `${cyan('train   ')} ${this.#dayName(news.day)}  ${outcome} ${dim(`${seconds(news.ms)}${load}`)}`,
    );
    if (news.day === 0) this.#caption();
  }

  #day(news: Extract<SeasonNews, { kind: 'day' }>): void {
    const { bold, dim } = this.#colours;
    this.#sold.push(news.sold ?? Number.NaN);
    this.#expected.push(news.expected ?? Number.NaN);
    const expected = news.expected === null ? '' : `, forecast ${whole(news.expected)}`;
    const name = `${weekdays[weekdayOf(news.period)]} ${dayLabel(news.period)}`;
    this.#status(
      `${dim(`day ${String(news.day + 1).padStart(3)}`)}  ${name}  ${this.#spark()}  sold ${bold(whole(news.sold ?? 0))}${dim(expected)}`,
    );
  }

  #week(news: Extract<SeasonNews, { kind: 'week' }>): void {
    const { bold, dim, green, red } = this.#colours;
    const { wape, naiveWape, n, labelCoverage } = news.accuracy;
    // In the first week nothing is known of seasonal naive yet.
    const better = wape === null || naiveWape === null ? String : wape < naiveWape ? green : red;
    this.#line(
      `${dim(`week ${String(news.week).padStart(2)} `)} ${this.#spark()}  ` +
        `error ${better(bold(percent(wape)))} of sales, seasonal naive ${percent(naiveWape)}  ` +
        dim(`${whole(n)} labels, ${percent(labelCoverage, 0)} of those due`),
    );
  }

  /** The last four weeks: sold over forecast, on one scale. */
  #spark(): string {
    const { cyan, dim } = this.#colours;
    const sold = this.#sold.slice(-this.#days);
    const expected = this.#expected.slice(-this.#days);
    const known = [...sold, ...expected].filter(Number.isFinite);
    const range = { min: 0, max: Math.max(1, ...known) };
    const pad = ' '.repeat(this.#days - sold.length);
    return `${pad}${cyan(bars(sold, range))} ${dim(bars(expected.slice(-7), range))}`;
  }

  #dayName(day: number): string {
    return this.#colours.dim(`day ${String(day + 1).padStart(3)}`);
  }

  /** A line that stays. */
  #line(text: string): void {
    this.#sink.write(`${this.#live ? clearLine : ''}${this.#shown(text)}\n`);
  }

  /** The line that is written over; nothing where lines cannot be. */
  #status(text: string): void {
    if (this.#live) this.#sink.write(`${clearLine}${this.#shown(text)}`);
  }

  #shown(text: string): string {
    return rendered(visibleText(text), this.#colour);
  }
}

function bars(values: readonly number[], range: { min: number; max: number }): string {
  const heights = '▁▂▃▄▅▆▇█';
  return values
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      const share = (value - range.min) / (range.max - range.min);
      return heights[Math.min(7, Math.max(0, Math.floor(share * 8)))];
    })
    .join('');
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function codes(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([code, count]) => `${count} ${code.replace(/^.*\//, '')}`)
    .join(', ');
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function percent(share: number | null, digits = 1): string {
  return share === null ? '-' : `${(share * 100).toFixed(digits)} %`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

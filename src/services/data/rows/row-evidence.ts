// What the rows of one input say together about how they are to be read: asked when the last one is in, before any lands.
// A single row cannot know that 1.234 stands in a column of thousands, or that 2024-07 is a week.

import { AppError, type Project } from '../../../core/index.ts';
import type { CovariateColumn } from './covariate-rules.ts';
import { DaysOrMonths } from './days-or-months.ts';
import { NumberEvidence } from './number-evidence.ts';
import type { TimeDoubt } from './parse-time.ts';
import { type RawRow, trimmed } from './raw-row.ts';

interface Seen {
  readonly text: string;
  readonly row: number;
}

export class RowEvidence {
  readonly #project: Project;
  /** Empty where a setting has answered the question. */
  readonly #columns: readonly { name: string; extra: number | null; evidence: NumberEvidence }[];
  readonly #doubts = new Map<TimeDoubt, Seen>();
  readonly #days = new SwappedDays();
  readonly #order: DaysOrMonths;
  /** Of the file. */
  #delimiter = '';

  /**
   * @param of the columns beside the demand, from which place among the extras of a row they stand, and whether rows have a target
   */
  constructor(
    project: Project,
    of: { covariates: readonly CovariateColumn[]; from?: number; hasTarget: boolean },
  ) {
    const { covariates, from = 0, hasTarget } = of;
    this.#project = project;
    this.#order = new DaysOrMonths(project.dialect, project.grid);
    const beside = covariates.flatMap(({ name, isText }, i) => (isText ? [] : [{ name, extra: from + i }]));
    const target = hasTarget ? [{ name: project.columns.target, extra: null }] : [];
    this.#columns = (project.dialect?.decimal == null ? [...target, ...beside] : []).map((column) => ({
      ...column,
      evidence: new NumberEvidence(),
    }));
  }

  /** Cost: two looks into each cell of numbers. */
  addNumbers(raw: RawRow): void {
    this.#delimiter = raw.delimiter;
    for (let i = 0; i < this.#columns.length; i++) {
      const { extra, evidence } = this.#columns[i]!;
      if (extra === null ? raw.targetIsNumber : raw.extraIsNumber[extra]) continue;
      const text = trimmed(extra === null ? raw.target : raw.extras[extra]);
      if (text !== '') evidence.add(text, raw.number);
    }
  }

  addTime(doubt: TimeDoubt, text: string, row: number): void {
    if (!this.#doubts.has(doubt)) this.#doubts.set(doubt, { text, row });
  }

  /** A time, whether it can be read or not. Cost: nothing after the first rows of most files. */
  addDay(text: string, row: number): void {
    if (this.#days.isOpen) this.#days.add(text, row);
    if (this.#order.isOpen) this.#order.add(text, row);
  }

  /** @throws AppError `data/ambiguous-number`, `data/ambiguous-time` */
  refuseAmbiguous(name: string): void {
    const delimiter = this.#delimiter;
    const fileCommas = this.#columns.reduce((sum, { evidence }) => sum + evidence.commas, 0);
    for (const { name: column, evidence } of this.#columns) {
      const question = evidence.question({ delimiter, fileCommas });
      if (question === null) continue;
      const { text, row, why } = question;
      throw new AppError(
        'data/ambiguous-number',
        `${name}: column ${JSON.stringify(column)}: ${JSON.stringify(text)} (row ${row}) is ${text.replace('.', '')} or ${Number(text)}: ${why}. ` +
          'Say dialect.decimal: "," with dialect.thousands: "." for the first, dialect.decimal: "." for the second',
        { details: { column, row, text } },
      );
    }
    this.#refuseTimes(name);
  }

  #refuseTimes(name: string): void {
    const column = this.#project.columns.time;
    const refuse = (seen: Seen, other: Seen, why: string): AppError =>
      new AppError(
        'data/ambiguous-time',
        `${name}: column ${JSON.stringify(column)}: ${JSON.stringify(seen.text)} (row ${seen.row}) ${why}`,
        { details: { column, row: seen.row, other: other.row } },
      );
    const [month, week] = [this.#doubts.get('month'), this.#doubts.get('week')];
    if (month !== undefined && week !== undefined)
      throw refuse(
        week,
        month,
        `is no month, so ${JSON.stringify(month.text)} (row ${month.row}) may be a week as well. ` +
          'Say dialect.dateFormat: "yyyy-ww" with frequency week, or "yyyy-MM" and correct the others',
      );
    const [fits, swapped] = [this.#doubts.get('fits'), this.#doubts.get('swapped')];
    if (fits !== undefined && swapped !== undefined)
      throw refuse(
        swapped,
        fits,
        `fits dialect.dateFormat only with day and month in each other's place, so ${JSON.stringify(fits.text)} (row ${fits.row}) can be read in both ways. ` +
          'Correct the setting, or send the rows of each format by themselves',
      );
    const order = this.#order.found();
    if (order !== null)
      throw refuse(
        order,
        order,
        `is ${order.own} as dialect.dateFormat says, and then the dates lie months apart; with day and month in each other's place it is ${order.swapped}, ` +
          'and they follow each other. No date has a day above 12 that would show it: say the format of this file, or write its dates as 2024-01-31',
      );
    const halves = this.#days.found();
    if (halves !== null)
      throw refuse(
        halves.early,
        halves.late,
        `may be ${halves.early.text.replace(isoDay, (text) => `${text.slice(0, 4)}-${text.slice(8)}-${text.slice(5, 7)}`)}: all dates written so have days up to 12, ` +
          `and all like ${JSON.stringify(halves.late.text)} (row ${halves.late.row}) days above 12, as where a program took those for dates that it could, month first. ` +
          'Export the column as text, or swap day and month of the former',
      );
  }
}

/**
 * Did a program read 01/02/2024 as the second of January and leave 13/02/2024 as the text that it could not read? Then dates such as
 * 2024-01-02 have no day above 12, and those with strokes or points no other.
 */
class SwappedDays {
  /** Nothing has spoken against it yet. */
  isOpen = true;
  #early: Seen | null = null;
  #late: Seen | null = null;
  #earlyCount = 0;
  #lateCount = 0;

  add(text: string, row: number): void {
    const iso = isoDay.exec(text);
    if (iso !== null) {
      const day = Number(iso[2]);
      if (day > 12) this.isOpen = false;
      else if (day !== Number(iso[1])) {
        this.#early ??= { text, row };
        this.#earlyCount += 1;
      }
    } else {
      const other = strokedDay.exec(text);
      if (other === null) return;
      if (Number(other[1]) > 12 || Number(other[2]) > 12) {
        this.#late ??= { text, row };
        this.#lateCount += 1;
      } else if (other[1] !== other[2]) this.isOpen = false;
    }
    // Of months written by their first day, none is above 12: they are not watched for ever.
    if (this.#lateCount === 0 && this.#earlyCount > watchedMax) this.isOpen = false;
  }

  found(): { early: Seen; late: Seen } | null {
    if (!this.isOpen || this.#earlyCount < 2 || this.#lateCount < 2) return null;
    return this.#early === null || this.#late === null ? null : { early: this.#early, late: this.#late };
  }
}

const isoDay = /^\d{4}-(\d{2})-(\d{2})(?!\d)/;
const strokedDay = /^(\d{1,2})[./-](\d{1,2})[./-]\d{2}(?:\d{2})?(?!\d)/;
const watchedMax = 5_000;

// The engine: rows go by once, and every check of a contract comes to a result. The same for batches, files, what is stored
// and plans of requests; what it cannot know it says, and never calls it passed.

import {
  boundText,
  type CheckResult,
  type ContractCheck,
  keepsBound,
  toleratesNone,
} from '../../core/index.ts';
import { type ContractRow, type RowCounter, rowCounter } from './row-counters.ts';
import {
  balanceFigure,
  type Counts,
  countNames,
  countPeriods,
  type Figure,
  isTableRule,
  segmentsFigure,
  unknownFigure,
  volumeFigure,
} from './table-figures.ts';
import { nothingUsual, type Usual } from './usual.ts';

const examplesMax = 5;
const exampleLengthMax = 80;

export interface TallyOptions {
  readonly checks: readonly ContractCheck[];
  /** Those that rows have, in the order of their cells. A check of any other is not checked. */
  readonly columns: readonly string[];
  /** `batch`: checks of the whole table are left for when it is looked at. */
  readonly scope: 'batch' | 'table';
  readonly usual?: Usual;
  readonly label: (period: number) => string;
  /** Hours since the end of a period; null where periods do not pass with time. */
  readonly hoursSince: (period: number) => number | null;
  /** The newest period closed for the project, for freshness; default: the newest of the rows. */
  readonly projectClock?: number | null;
}

interface Watched {
  readonly check: ContractCheck;
  readonly places: readonly number[];
  readonly counter: RowCounter | null;
  readonly names: Counts<string> | null;
  readonly why: string | null;
  /** Rows that it could say something of, and those that break it. */
  looked: number;
  broken: number;
  readonly examples: { readonly row: number | null; readonly value: string }[];
}

export class ContractTally {
  rows = 0;
  readonly #options: TallyOptions;
  readonly #watched: readonly Watched[];
  readonly #periods = countPeriods();

  constructor(options: TallyOptions) {
    this.#options = options;
    this.#watched = options.checks.map((check) => this.#watch(check));
  }

  #watch(check: ContractCheck): Watched {
    const { columns, scope, usual = nothingUsual } = this.#options;
    const places = check.columns.map((name) => columns.indexOf(name));
    const unread = check.columns.find((_, i) => (places[i] as number) < 0);
    const why =
      check.rule.kind === 'unchecked'
        ? check.rule.why
        : unread !== undefined
          ? `column ${JSON.stringify(unread)} is not read here`
          : scope === 'batch' && check.scope === 'table'
            ? 'it is asked of the whole table, not of a batch'
            : null;
    const counts = why === null && ['segments', 'balance'].includes(check.rule.kind);
    return {
      check,
      places,
      counter: why === null ? rowCounter(check, places, usual) : null,
      names: counts ? countNames() : null,
      why,
      looked: 0,
      broken: 0,
      examples: [],
    };
  }

  /** @returns the first check that refuses this row, and the words for it; null when none does */
  add(row: ContractRow): { readonly check: ContractCheck; readonly reason: string } | null {
    this.rows += 1;
    this.#periods.add(row.period);
    let refusal: { check: ContractCheck; reason: string } | null = null;
    for (const watched of this.#watched) {
      const { check, counter, names } = watched;
      if (names !== null) {
        const cell = row.cells[watched.places[0] as number] ?? null;
        if (cell !== null) names.add(String(cell));
      }
      const problem = counter?.look(row);
      if (problem === undefined) continue;
      watched.looked += 1;
      if (problem === null) continue;
      watched.broken += 1;
      const value = valueText(watched, row);
      if (watched.examples.length < examplesMax) watched.examples.push({ row: row.number, value });
      if (refusal === null && refusesRows(check))
        refusal = { check, reason: `${check.id}: ${subject(check)} ${value} ${problem}` };
    }
    // A row that is set aside is none that a later one could repeat.
    if (refusal === null) for (const { counter } of this.#watched) counter?.landed?.();
    return refusal;
  }

  /** What every check came to, in the order of the contract. */
  results(): CheckResult[] {
    return this.#watched.map((watched) => this.#resultOf(watched));
  }

  #resultOf(watched: Watched): CheckResult {
    const { check } = watched;
    const found = watched.why === null ? this.#figureOf(watched) : unknownFigure(watched.why);
    const { id, description, severity, dimension, columns, unit, bound } = check;
    const { figure, n } = found;
    const status = figure === null ? 'not checked' : keepsBound(bound, figure) ? 'passed' : 'failed';
    return {
      id,
      description,
      severity,
      dimension,
      columns,
      status,
      refuses: status === 'failed' && severity === 'error' ? (refusesRows(check) ? 'rows' : 'batch') : null,
      why: figure === null ? (found.why ?? 'it could not be looked at') : null,
      figure,
      unit,
      bound: boundText(check),
      n,
      examples: isTableRule(check)
        ? found.examples.map((value) => ({ row: null, value }))
        : figure === null
          ? []
          : watched.examples,
    };
  }

  #figureOf({ check, counter, names, looked, broken }: Watched): Figure {
    const { usual = nothingUsual, label, hoursSince, projectClock } = this.#options;
    const { rule, bound, unit } = check;
    switch (rule.kind) {
      case 'rows':
        return { figure: this.rows, n: this.rows, examples: [] };
      case 'volume':
        return volumeFigure(this.#periods, { bound, usual: usual.rowsPerPeriod, label });
      case 'segments': {
        const named = rule.values ?? usual.namesOf(check.columns[0] ?? '');
        return names === null ? unknownFigure('no names were read') : segmentsFigure(names, named);
      }
      case 'balance':
        return names === null ? unknownFigure('no names were read') : balanceFigure(names);
      case 'freshness': {
        const newest = projectClock ?? newestOf(this.#periods);
        const hours = newest === null ? null : hoursSince(newest);
        if (hours === null) return unknownFigure('there is no period that ended at a time');
        return { figure: hours, n: this.rows, examples: [`${label(newest as number)} is the newest`] };
      }
      case 'unchecked':
        return unknownFigure(rule.why);
      default: {
        if (counter === null || counter.gaveUp !== null) return unknownFigure(counter?.gaveUp ?? '');
        if (looked === 0)
          return unknownFigure(this.rows === 0 ? 'there are no rows' : 'no row is of a known series');
        return { figure: unit === 'percent' ? (100 * broken) / looked : broken, n: looked, examples: [] };
      }
    }
  }
}

/** Whether the rows that break it are set aside, rather than the batch refused. */
function refusesRows(check: ContractCheck): boolean {
  return check.severity === 'error' && check.refuses === 'rows' && toleratesNone(check);
}

function newestOf(periods: Counts<number>): number | null {
  let newest: number | null = null;
  for (const period of periods.byKey.keys()) if (newest === null || period > newest) newest = period;
  return newest;
}

function subject({ columns }: ContractCheck): string {
  return columns.length === 1 ? `column ${JSON.stringify(columns[0])}` : `columns ${columns.join(', ')}`;
}

function valueText({ places }: Watched, { cells }: ContractRow): string {
  const text = places.map((at) => JSON.stringify(cells[at] ?? null)).join(', ');
  return text.length > exampleLengthMax ? `${text.slice(0, exampleLengthMax)}…` : text;
}

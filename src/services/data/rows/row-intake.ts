// The first half of every ingest: rows through the row rules; good ones to the caller, bad ones to quarantine, counted.

import { cellsWritten, type Dialect, ObservationStatus, periodLabel } from '../../../core/index.ts';
import { type ContractRows, type ContractRowsOptions, contractRows } from './contract-rows.ts';
import type { IngestCounts } from './ingest-result.ts';
import type { QuarantineCode, QuarantinedRow } from './quarantine-codes.ts';
import { cellsByName, type RawRow, type RowSink, trimmed } from './raw-row.ts';
import { type CheckedRow, RowRules } from './row-rules.ts';

const samplesMax = 20;

/** Of rows that are wrong only beside others. */
export type LateCode = 'unit-jump' | 'unit-change' | 'conflict' | 'far-ahead';

export interface IntakeOptions extends ContractRowsOptions {
  /** Called with every row that keeps the row rules; `checked` is reused. */
  readonly onGood: (number: number, checked: CheckedRow) => void;
  /**
   * Called with the number, series and period of every row that breaks a row rule and whose period is plain, and whether it may be
   * demand: one with an empty target is none.
   */
  readonly onRefused: (number: number, series: number, period: number, isDemand: boolean) => void;
  /** Called with every quarantined row as a line of NDJSON, without the line end. */
  readonly onQuarantine: (line: string) => void;
}

export class RowIntake {
  readonly rules: RowRules;
  rows = 0;
  quarantined = 0;
  readonly byCode: Partial<Record<QuarantineCode, number>> = {};
  /** The first few quarantined rows, for reports. */
  readonly samples: QuarantinedRow[] = [];
  /** Absent where the project has no contract. */
  readonly contract: ContractRows | undefined;
  readonly #options: IntakeOptions;
  /** Kept with refused rows, so that they are mended as they were read. */
  readonly #written: Partial<Dialect> | undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#written = cellsWritten(options.project.dialect);
    this.rules = new RowRules(options.project, options.now);
    this.contract = contractRows(options, this.rules);
  }

  readonly sink: RowSink = (raw) => {
    this.rows += 1;
    const checked = this.rules.check(raw);
    const { code, reason } = checked;
    if (code === null) this.#keep(raw, checked);
    else {
      const isDemand = mayBeDemand(raw, code);
      const { placed, series, period } = checked;
      if (placed) this.#options.onRefused(raw.number, series, period, isDemand);
      this.#setAside(raw, { code, reason, at: placed && isDemand ? this.#placeOf(checked) : undefined });
    }
  };

  /** A row that keeps the row rules lands, unless the contract refuses it. */
  #keep(raw: RawRow, checked: CheckedRow): void {
    const reason = this.contract?.refusal(raw, checked) ?? null;
    if (reason === null) {
      this.#options.onGood(raw.number, checked);
      return;
    }
    const isDemand = mayBeDemand(raw, 'contract');
    const isPlan = checked.status === ObservationStatus.plan;
    if (!isPlan) this.#options.onRefused(raw.number, checked.series, checked.period, isDemand);
    const at = isPlan || !isDemand ? undefined : this.#placeOf(checked);
    this.#setAside(raw, { code: 'contract', reason, at });
  }

  /** What the checks of the contract came to, as a field of a result. */
  contractResults(): Pick<IngestCounts, 'contract'> {
    return this.contract === undefined ? {} : { contract: this.contract.results() };
  }

  /** Of a row that the sum of its period waits for. */
  #placeOf({ series, period }: CheckedRow): QuarantinedRow['at'] {
    if (this.#options.project.conflicts !== 'sum') return undefined;
    return { seriesId: this.rules.series.ids[series] ?? '', period };
  }

  #setAside(
    raw: RawRow,
    of: Pick<QuarantinedRow, 'code' | 'reason' | 'at'> & { readonly factor?: number | undefined },
  ): void {
    const { code, reason, at, factor } = of;
    const cells = cellsByName(raw, this.#options.project);
    this.quarantine({
      row: raw.number,
      code,
      reason,
      raw: raw.raw(),
      ...(cells === null ? {} : { cells }),
      ...(cells === null || this.#written === undefined ? {} : { dialect: this.#written }),
      ...(factor === undefined ? {} : { factor }),
      ...(at === undefined ? {} : { at }),
    });
  }

  quarantine(row: QuarantinedRow): void {
    this.quarantined += 1;
    this.byCode[row.code] = (this.byCode[row.code] ?? 0) + 1;
    if (this.samples.length < samplesMax) {
      const { cells: _, dialect: __, at: ___, ...shown } = row;
      this.samples.push(shown);
    }
    this.#options.onQuarantine(JSON.stringify(row));
  }

  /**
   * Quarantines a row that kept the row rules but not those that need other rows. The row must be read again for this.
   * @param usual the recent high that a unit jump was measured against, the factor of another unit, or the period that a row is far ahead of
   */
  quarantineLate(raw: RawRow, code: LateCode, usual: number): void {
    const { project } = this.#options;
    const checked = this.rules.check(raw);
    const series = JSON.stringify(this.rules.series.ids[checked.series] ?? '');
    const at = periodLabel(project.grid, checked.period);
    const reason =
      code === 'far-ahead'
        ? `${at} is ${checked.period - usual} periods after ${periodLabel(project.grid, usual)}, and few series come along: ` +
          'close that far (closedThrough) if it is right'
        : code === 'unit-jump'
          ? `${checked.value} is more than ${project.contract.unitJumpFactor} times ${usual}, the recent high of series ${series}`
          : code === 'unit-change'
            ? `${checked.value} is ${timesText(usual)} what series ${series} usually has: was it another unit? ${unitAdvice(usual)}`
            : `series ${series} has other rows for ${at} that say something else`;
    const isDemand = checked.status !== ObservationStatus.plan && mayBeDemand(raw, code);
    this.#setAside(raw, {
      code,
      reason,
      factor: code === 'unit-change' && usual > 0 ? usual : undefined,
      at: isDemand ? this.#placeOf(checked) : undefined,
    });
  }
}

/** Nothing in the place of the target adds nothing to a sum; a stock-out that cannot be read would make the whole period one. */
export function mayBeDemand(raw: RawRow, code: QuarantineCode): boolean {
  if (code === 'left-out' || code === 'repeated-header') return false;
  return raw.problem !== null || code === 'bad-flag' || trimmed(raw.target) !== '';
}

/** `12 times`, `1/12 of`; of a number below zero `about 12 times`. */
export function timesText(factor: number): string {
  const size = Math.abs(factor);
  const text = size > 1 ? `${size} times` : `1/${Math.round(1 / size)} of`;
  return factor > 0 ? text : `about ${text}`;
}

function unitAdvice(factor: number): string {
  return factor > 0
    ? 'Rescale it, or accept it'
    : 'Another factor would explain it as well: say it (fix --divide, --multiply), or accept it';
}

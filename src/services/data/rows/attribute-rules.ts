// The rules of a row of attributes: a series, and what its static columns say.

import { type Project, seriesIdOf } from '../../../core/index.ts';
import type { AttributeRow } from '../../../storage/ports/index.ts';
import { AttributeCollector } from './attribute-collector.ts';
import { CovariateRules, covariateColumns } from './covariate-rules.ts';
import type { IngestCounts } from './ingest-result.ts';
import type { QuarantineCode, QuarantinedRow } from './quarantine-codes.ts';
import { blankNulls, type RawRow, type RowSink } from './raw-row.ts';
import { RowEvidence } from './row-evidence.ts';
import { badSeriesReason, SeriesIndex } from './series-index.ts';

const samplesMax = 20;

/** Checks rows one by one; of several rows of a series, the last value of each column counts. */
export class AttributeRules {
  readonly #columns: readonly string[];
  readonly #onQuarantine: (line: string) => void;
  readonly #series: SeriesIndex;
  readonly #rules: CovariateRules;
  readonly #collector: AttributeCollector;
  readonly #evidence: RowEvidence;
  readonly #cells: Float64Array;
  readonly #byCode: Partial<Record<QuarantineCode, number>> = {};
  readonly #samples: QuarantinedRow[] = [];
  readonly #seen = new Set<number>();
  readonly #nulls: ReadonlySet<string>;
  #rows = 0;
  #accepted = 0;
  #quarantined = 0;

  constructor(project: Project, onQuarantine: (line: string) => void) {
    this.#columns = project.columns.series;
    this.#series = new SeriesIndex(project);
    this.#onQuarantine = onQuarantine;
    this.#nulls = new Set(project.dialect?.nulls);
    this.#rules = new CovariateRules(
      covariateColumns(project.columns).filter(({ role }) => role === 'static'),
      project.dialect,
    );
    this.#collector = new AttributeCollector(this.#rules);
    this.#evidence = new RowEvidence(project, { covariates: this.#rules.columns, hasTarget: false });
    this.#cells = new Float64Array(this.#rules.columns.length);
  }

  readonly sink: RowSink = (raw) => {
    this.#rows += 1;
    if (raw.problem !== null) return this.#refuse(raw, raw.problemCode, raw.problem);
    if (this.#nulls.size > 0) blankNulls(raw, this.#nulls);
    this.#evidence.addNumbers(raw);
    const series = this.#series.indexOf(raw.series, raw.key);
    if (series === SeriesIndex.empty) {
      const at = raw.series.findIndex((part) => part === null || part.trim() === '');
      return this.#refuse(raw, 'null-series', `column ${JSON.stringify(this.#columns[at] ?? '')} is empty`);
    }
    if (series < 0) {
      const id = seriesIdOf(raw.series.map((part) => part ?? '')).slice(0, 80);
      return this.#refuse(
        raw,
        'bad-series',
        `the series id ${JSON.stringify(id)} ${badSeriesReason(raw.series)}`,
      );
    }
    const problem = this.#rules.read(raw.extras, this.#cells, raw.extraIsNumber);
    if (problem !== null) return this.#refuse(raw, 'bad-covariate', problem);
    this.#collector.add(series, this.#cells);
    if (!this.#seen.has(series)) this.#accepted += 1;
    this.#seen.add(series);
  };

  /** @throws AppError `data/ambiguous-number` when what the cells say depends on how they are read */
  end(name: string): IngestCounts & { attributes: AttributeRow[] } {
    this.#evidence.refuseAmbiguous(name);
    return {
      rows: this.#rows,
      accepted: this.#accepted,
      plans: 0,
      duplicates: this.#rows - this.#accepted - this.#quarantined,
      quarantined: this.#quarantined,
      quarantinedByCode: { ...this.#byCode },
      periodMin: null,
      periodMax: null,
      problems: this.#samples,
      attributes: this.#collector.end(this.#series.ids),
    };
  }

  #refuse(raw: RawRow, code: QuarantineCode, reason: string): void {
    const row = { row: raw.number, code, reason, raw: raw.raw() };
    this.#quarantined += 1;
    this.#byCode[code] = (this.#byCode[code] ?? 0) + 1;
    if (this.#samples.length < samplesMax) this.#samples.push(row);
    this.#onQuarantine(JSON.stringify(row));
  }
}

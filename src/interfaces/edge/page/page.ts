// The page of an exported model: choose a series, see its forecast, give it new demand. The model is a global text that
// model.js has set; everything is computed here.

import { AppError, isAppError, shortNumber } from '../../../core/index.ts';
import { bytesOfBase64 } from '../embedded.ts';
import { type ExportedForecaster, loadForecaster, type ObservedCounts } from '../exported-forecaster.ts';
import { chartOf } from './chart.ts';
import { byId, download, drawn, element, tableRow } from './dom.ts';
import { csvHeader, csvRows } from './forecast-csv.ts';
import { SeriesList } from './series-list.ts';

/** Bytes of a file at most: it is held whole, and checked in one go. */
const fileBytesMax = 16 * 1024 * 1024;
/** Series forecast at once when all are saved. */
const seriesAtOnce = 500;
/** Past periods drawn, in horizons, and at least so many. */
const historyHorizons = 4;
const historyMin = 60;
const problemsShownMax = 8;
const csvType = 'text/csv;charset=utf-8';

type Forecast = Awaited<ReturnType<ExportedForecaster['forecast']>>['forecasts'][number];

const reasons: Readonly<Record<string, string>> = {
  'new-series':
    'The model has not learnt this series: this repeats its own last cycle, or goes by its attributes.',
  'no-champion': 'Nothing is trained: this repeats the last cycle.',
  'too-far-behind': 'This series has been silent for too long: this repeats its last cycle.',
};

class ForecastPage {
  readonly #exported: ExportedForecaster;
  #forecaster: ExportedForecaster;
  #chosen: string | undefined;
  readonly #list: SeriesList = new SeriesList((id) => void this.#choose(id));
  readonly #horizon: HTMLInputElement = byId('horizon');

  constructor(forecaster: ExportedForecaster) {
    this.#exported = forecaster;
    this.#forecaster = forecaster;
    const { horizonSteps, columns } = forecaster.project;
    this.#horizon.max = String(horizonSteps);
    this.#horizon.value = String(horizonSteps);
    this.#horizon.addEventListener('change', () => void this.#refresh());
    const keys = columns.series.join(', ');
    byId('columns').textContent =
      `Columns: ${[...columns.series, columns.time, columns.target].join(', ')}.` +
      (keys === '' ? '' : ` Without ${keys}, its rows are of the series that is chosen.`);
    byId('save-one').addEventListener('click', () => void this.#saveOne());
    byId('save-all').addEventListener('click', () => void this.#saveAll());
    byId('undo').addEventListener('click', () => this.#undo());
    this.#takeFiles();
  }

  start(): void {
    this.#describe();
    this.#list.setIds([...this.#forecaster.seriesIds()]);
    byId('main').hidden = false;
    const [only, another] = this.#forecaster.seriesIds();
    if (only !== undefined && another === undefined) this.#list.choose(only);
  }

  #describe(): void {
    const { project, model, cutoffAt, exportedAt } = this.#forecaster.describe();
    document.title = `${project}: forecasts`;
    byId('title').textContent = project;
    byId('about').textContent =
      `Version ${model.version}, demand up to ${cutoffAt}, exported ${exportedAt.slice(0, 10)}`;
  }

  async #choose(id: string): Promise<void> {
    this.#chosen = id;
    await this.#refresh();
  }

  #steps(): number {
    const { horizonSteps } = this.#forecaster.project;
    const typed = Math.round(Number(this.#horizon.value)) || horizonSteps;
    return Math.min(horizonSteps, Math.max(1, typed));
  }

  async #refresh(): Promise<void> {
    const id = this.#chosen;
    if (id === undefined) return;
    byId('name').textContent = id;
    try {
      const answer = await this.#forecaster.forecast({ series: [id], horizon: this.#steps() });
      // Another may have been chosen meanwhile.
      if (id === this.#chosen) this.#show(answer.forecasts[0] as Forecast, answer.missingCovariates ?? []);
    } catch (error) {
      this.#showNothing(wordsOf(error));
    }
  }

  #showNothing(why: string): void {
    for (const name of ['figure', 'steps', 'reason']) byId(name).hidden = true;
    byId<HTMLButtonElement>('save-one').disabled = true;
    byId('hint').hidden = false;
    byId('hint').textContent = why;
  }

  #show(forecast: Forecast, missing: readonly string[]): void {
    const { steps, source, reason } = forecast;
    const levels = levelsOf(forecast);
    byId('hint').hidden = true;
    const notes = [
      source === 'model' && reason === undefined
        ? ''
        : (reasons[reason ?? ''] ??
          'This repeats the last cycle: the model’s own forecast did not pass the checks.'),
      missing.length === 0 ? '' : `Not known for every step: ${missing.join(', ')}.`,
    ].filter((note) => note !== '');
    byId('reason').hidden = notes.length === 0;
    byId('reason').textContent = notes.join(' ');
    this.#draw(forecast, levels);
    byId('head').replaceChildren(
      element(
        'tr',
        {},
        ...['period', 'mean', ...levels].map((name) => element('th', { scope: 'col' }, name)),
      ),
    );
    byId('rows').replaceChildren(
      ...steps.map(({ timestamp, mean, quantiles }) =>
        tableRow([
          timestamp,
          ...[mean, ...levels.map((level) => quantiles[level] as number)].map(shortNumber),
        ]),
      ),
    );
    byId('figure').hidden = false;
    byId('steps').hidden = false;
    byId<HTMLButtonElement>('save-one').disabled = false;
  }

  #draw({ series, steps }: Forecast, levels: readonly string[]): void {
    const count = Math.max(historyMin, historyHorizons * steps.length);
    const history = this.#forecaster.history(series, count);
    const last = levels.length - 1;
    const bands = bandsShown(Math.floor(levels.length / 2)).map((i) => {
      const [low, high] = [levels[i] as string, levels[last - i] as string];
      return {
        name: `${low} to ${high} quantile`,
        low: steps.map(({ quantiles }) => quantiles[low] as number),
        high: steps.map(({ quantiles }) => quantiles[high] as number),
      };
    });
    const chart = chartOf({
      title: `Demand of ${series}, and its forecast of ${steps.length} steps`,
      history,
      forecast: {
        timestamps: steps.map(({ timestamp }) => timestamp),
        mean: steps.map(({ mean }) => mean),
        bands,
      },
      nonNegative: this.#forecaster.project.nonNegative,
    });
    byId('chart').replaceChildren(drawn(chart));
    byId('legend').replaceChildren(
      element('span', { class: 'key history' }, 'demand'),
      element('span', { class: 'key forecast' }, 'expected'),
      ...bands.map(({ name }, i) => element('span', { class: `key band-${i}` }, name)),
    );
  }

  async #saveOne(): Promise<void> {
    const { forecasts } = await this.#forecaster.forecast({
      series: [this.#chosen as string],
      horizon: this.#steps(),
    });
    const levels = levelsOf(forecasts[0]);
    download('forecast.csv', [csvHeader(levels), csvRows(forecasts, levels)], csvType);
  }

  async #saveAll(): Promise<void> {
    const button = byId<HTMLButtonElement>('save-all');
    const label = button.textContent;
    button.disabled = true;
    try {
      const ids = [...this.#forecaster.seriesIds()];
      const parts: string[] = [];
      for (let at = 0; at < ids.length; at += seriesAtOnce) {
        const series = ids.slice(at, at + seriesAtOnce);
        const { forecasts } = await this.#forecaster.forecast({ series, horizon: this.#steps() });
        const levels = levelsOf(forecasts[0]);
        if (at === 0) parts.push(csvHeader(levels));
        parts.push(csvRows(forecasts, levels));
        button.textContent = `${Math.round((100 * (at + series.length)) / ids.length)} %`;
        // The page stays alive while many series are forecast.
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      download('forecasts.csv', parts, csvType);
    } catch (error) {
      this.#tell('bad', wordsOf(error));
    } finally {
      button.textContent = label;
      button.disabled = false;
    }
  }

  #takeFiles(): void {
    const input = byId<HTMLInputElement>('file');
    const zone = byId('drop');
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      if (file !== undefined) void this.#take(file);
    });
    // Anywhere on the page: a file dropped beside the zone would else replace the page.
    document.addEventListener('dragover', (event) => {
      event.preventDefault();
      zone.classList.add('over');
    });
    document.addEventListener('dragleave', () => zone.classList.remove('over'));
    document.addEventListener('drop', (event) => {
      event.preventDefault();
      zone.classList.remove('over');
      const [file] = event.dataTransfer?.files ?? [];
      if (file !== undefined) void this.#take(file);
    });
  }

  async #take(file: File): Promise<void> {
    try {
      if (file.size > fileBytesMax)
        throw new AppError(
          'data/too-large',
          `${file.name} is larger than ${fileBytesMax / 1024 ** 2} MB: give its newest rows`,
        );
      const bytes = new Uint8Array(await file.arrayBuffer());
      const { forecaster, counts } = await this.#observe(bytes, file.name);
      this.#forecaster = forecaster;
      byId('undo').hidden = false;
      this.#tellCounts(file.name, counts);
      this.#describe();
      this.#list.setIds([...forecaster.seriesIds()]);
      await this.#refresh();
    } catch (error) {
      this.#tell('bad', wordsOf(error));
    } finally {
      // So that the same file can be chosen again once it is corrected.
      byId<HTMLInputElement>('file').value = '';
    }
  }

  /** Rows with a series, or of the series that is chosen. */
  async #observe(bytes: Uint8Array, name: string): ReturnType<ExportedForecaster['observe']> {
    const body = { format: 'csv', name, isFile: true } as const;
    try {
      return await this.#forecaster.observe(bytes, body);
    } catch (error) {
      if (!isAppError(error, 'data/missing-column') || this.#chosen === undefined) throw error;
      return await this.#forecaster.observe(bytes, { ...body, series: this.#chosen }).catch(() => {
        throw error;
      });
    }
  }

  #undo(): void {
    this.#forecaster = this.#exported;
    byId('undo').hidden = true;
    byId('told').replaceChildren();
    this.#describe();
    this.#list.setIds([...this.#forecaster.seriesIds()]);
    void this.#refresh();
  }

  #tellCounts(name: string, counts: ObservedCounts): void {
    const { rows, accepted, duplicates, quarantined, problems } = counts;
    const extra = duplicates === 0 ? '' : `, ${duplicates} of them repeated`;
    this.#tell(
      quarantined === 0 ? 'good' : 'bad',
      `${name}: ${accepted} of ${rows} rows taken in${extra}${quarantined === 0 ? '.' : `, ${quarantined} refused:`}`,
      problems.map(({ row, reason }) => `row ${row}: ${reason}`),
    );
  }

  #tell(kind: 'good' | 'bad', text: string, lines: readonly string[] = []): void {
    const shown = lines.slice(0, problemsShownMax).map((line) => element('li', {}, line));
    byId('told').replaceChildren(
      element('p', { class: `notice ${kind}` }, text),
      ...(shown.length === 0 ? [] : [element('ul', {}, ...shown)]),
    );
  }
}

/** Of nested intervals, widest first, those drawn: all, or the widest, the middle and the narrowest. */
function bandsShown(count: number): number[] {
  return count <= 3 ? Array.from({ length: count }, (_, i) => i) : [0, Math.floor(count / 2), count - 1];
}

function levelsOf(forecast: Forecast | undefined): string[] {
  return Object.keys(forecast?.steps[0]?.quantiles ?? {}).sort((a, b) => Number(a) - Number(b));
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function open(): Promise<void> {
  try {
    const { almanacModel } = globalThis as { almanacModel?: string };
    if (almanacModel === undefined)
      throw new AppError(
        'edge/damaged-model',
        'model.js is not beside this page, or holds no model: copy the whole folder',
      );
    new ForecastPage(await loadForecaster(bytesOfBase64(almanacModel))).start();
  } catch (error) {
    byId('about').textContent = '';
    byId('failure').hidden = false;
    byId('failure').textContent = `The model cannot be loaded: ${wordsOf(error)}.`;
  }
}

void open();

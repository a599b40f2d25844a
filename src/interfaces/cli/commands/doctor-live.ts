// `doctor --live`: the KPIs of a running server as a table, with what is out of its bound.

import { AppError } from '../../../core/index.ts';
import { kpiEntry, kpiNames } from '../../../services/kpis/index.ts';
import { AlmanacClient, type KpiFigure, type Kpis, ProblemError } from '../../client/index.ts';
import type { Report } from '../command.ts';
import type { Printer } from '../printer.ts';
import { UsageError } from '../report-error.ts';
import { bytes, count, decimal, duration, moment, percent } from '../words.ts';

export interface LiveOptions {
  readonly url: string;
  readonly minutes?: number;
}

/** @throws AppError `cli/unreachable`; UsageError for what is no address */
export async function liveReport({ url, minutes }: LiveOptions): Promise<Report> {
  const kpis = await ask(url, minutes);
  return {
    ok: kpis.within,
    json: { ok: kpis.within, url, ...kpis },
    print: (printer) => printKpis(printer, url, kpis),
  };
}

async function ask(url: string, minutes: number | undefined): Promise<Kpis> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(`--url is ${url}; expected an address such as http://127.0.0.1:7400`);
  try {
    return await new AlmanacClient({ baseUrl: url }).kpis(minutes === undefined ? {} : { minutes });
  } catch (cause) {
    const reason = cause instanceof ProblemError ? cause.message : reasonOf(cause as Error);
    throw new AppError('cli/unreachable', `the KPIs of ${url} cannot be read: ${reason}`, { cause });
  }
}

/** What the network said, where `fetch` only says that it failed. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? cause.message : message;
}

interface Line {
  readonly name: string;
  readonly figure: KpiFigure;
  readonly currency: string;
}

function printKpis(printer: Printer, url: string, kpis: Kpis): void {
  const { colours } = printer;
  const { availability, latencyMs, windowDays } = kpis.objective;
  printer.line(`${url}, counting since ${moment(Date.parse(kpis.since))}`);
  printer.line(
    `objective: ${percent(availability, 3)} of forecast requests succeed and 99 % take at most ${duration(latencyMs)}, over ${windowDays} days`,
  );
  printer.line();
  const lines = kpiNames.map(
    (name): Line => ({ name, figure: kpis.figures[name], currency: kpis.costs.currency }),
  );
  const verdict = ({ within }: KpiFigure): string =>
    within === null ? '' : within ? colours.green('ok') : colours.red('OUT');
  printer.table(
    [
      { title: 'figure', value: ({ name }) => name },
      { title: '', value: ({ figure }) => verdict(figure) },
      { title: 'value', align: 'right', value: valueText },
      { title: 'bound', align: 'right', value: boundText },
      { title: 'n', align: 'right', value: ({ figure }) => count(figure.n) },
      { title: 'over', align: 'right', value: ({ figure }) => spanText(figure) },
      { title: 'note', value: ({ figure }) => figure.reason ?? (figure.estimated ? 'estimated' : '') },
    ],
    lines,
  );
  printer.line();
  const out = lines.filter(({ figure }) => figure.within === false);
  for (const { name } of out)
    printer.line(`${colours.red(name)}: ${kpiEntry(name as (typeof kpiNames)[number]).meaning}`);
  if (out.length === 0) printer.line(colours.green('nothing is out of bounds'));
  else printer.line(colours.red(`${out.length} of ${lines.length} figures are out of bounds`));
}

function valueText({ name, figure, currency }: Line): string {
  return figure.value === null ? '-' : amount(figure.value, unitOf(name, figure), currency);
}

function boundText({ name, figure, currency }: Line): string {
  const { bound } = figure;
  if (bound === null) return '';
  return `${bound.kind === 'at-most' ? '≤' : '≥'} ${amount(bound.value, unitOf(name, figure), currency)}`;
}

/** How long a window is; nothing for a look at the moment. */
function spanText({ from, to }: KpiFigure): string {
  const ms = Date.parse(to) - Date.parse(from);
  return ms === 0 ? 'now' : duration(ms);
}

/** A burn rate says how many times faster than allowed: no share, though both are ratios. */
function unitOf(name: string, { unit }: KpiFigure): KpiFigure['unit'] | 'times' {
  return name.startsWith('burn.') ? 'times' : unit;
}

function amount(value: number, unit: KpiFigure['unit'] | 'times', currency: string): string {
  switch (unit) {
    case 'ratio':
      return percent(value, 2);
    case 'times':
      return `${decimal(value, 2)} ×`;
    case 'seconds':
      return value < 1 ? `${decimal(value * 1000, 1)} ms` : `${decimal(value, 2)} s`;
    case 'bytes':
      return bytes(value);
    case 'count':
      return count(value);
    case 'money':
      return `${decimal(value, 5)} ${currency}`;
    case 'joules':
      return `${decimal(value, 1)} J`;
    case 'per second':
      return `${decimal(value, 2)} /s`;
    case 'cores':
      return decimal(value, 2);
  }
}

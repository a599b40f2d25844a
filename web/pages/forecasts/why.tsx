// Why this number: the forecast taken apart into what drives it, in units, as it is and as it would be under another plan.

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../../api.ts';
import { stackedBars } from '../../charts/stacked-bars.ts';
import { formats } from '../../format.ts';
import { Chart } from '../../parts/chart.tsx';
import { Answer } from '../../parts/states.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { type Drivers, driversOf } from './drivers.ts';
import { otherPlan, plannedValues } from './other-plan.ts';

const words = texts.why;

export interface WhyProps {
  readonly project: string;
  readonly of: api.SeriesDetail;
  readonly frequency: string;
}

export function Why(props: WhyProps): ReactNode {
  const { project, of, frequency } = props;
  const explained = useQuery({ ...queries.explanation(project, of.series), enabled: of.forecast !== null });
  if (of.forecast === null) return null;
  return (
    <section>
      <h2>{words.title}</h2>
      <Answer of={explained}>
        {(found) => (
          <>
            <Explained of={found} name={`${of.series}: ${words.title}`} frequency={frequency} />
            <WhatIf {...props} now={found} />
          </>
        )}
      </Answer>
    </section>
  );
}

function Explained(props: {
  of: api.SeriesExplanation;
  name: string;
  frequency: string;
  /** Of the plans as they are, to say what differs. */
  now?: api.SeriesExplanation;
}): ReactNode {
  const { of, name, frequency, now } = props;
  const drivers = driversOf(of);
  return (
    <>
      {now && of.total.mean === now.total.mean && <p className="stale">{words.changesNothing}</p>}
      {of.statement !== null && <p className="quiet">{visible(of.statement)}</p>}
      {drivers && (
        <div className="two wide-first">
          <DriverChart of={of} drivers={drivers} name={name} frequency={frequency} />
          <Totals of={of} drivers={drivers} now={now} />
        </div>
      )}
    </>
  );
}

function DriverChart(props: {
  of: api.SeriesExplanation;
  drivers: Drivers;
  name: string;
  frequency: string;
}): ReactNode {
  const { of, drivers, name, frequency } = props;
  const parts = drivers.map(({ driver, values }) => ({
    name: words.drivers[driver],
    look: `driver-${driver}`,
    values,
  }));
  return (
    <Chart
      name={visible(name)}
      basis={of.model === null ? '' : words.model(of.model)}
      height={240}
      draw={(size) =>
        stackedBars(
          {
            title: visible(name),
            labels: of.steps.map(({ timestamp }) => formats.shortPeriod(timestamp, frequency)),
            parts,
            whole: { name: texts.series.forecast, look: 'mean', values: of.steps.map(({ mean }) => mean) },
            write: (value) => formats.number(value),
          },
          size,
        )
      }
      table={{
        columns: [texts.series.period, ...parts.map((part) => part.name), texts.series.forecast],
        rows: of.steps.map(({ timestamp, mean }, i) => [
          timestamp,
          ...parts.map(({ values }) => values[i] ?? null),
          mean,
        ]),
      }}
    />
  );
}

/** The parts over all steps; they add up to the last line. */
function Totals(props: {
  of: api.SeriesExplanation;
  drivers: Drivers;
  now: api.SeriesExplanation | undefined;
}): ReactNode {
  const { of, drivers, now } = props;
  const before = now?.total.drivers ?? undefined;
  const signed = (value: number): string => formats.signed(value);
  return (
    <table className="plain-table card figures-table">
      <thead>
        <tr>
          <th scope="col">{words.driver}</th>
          <th scope="col">{words.units}</th>
          {before && <th scope="col">{words.differs}</th>}
        </tr>
      </thead>
      <tbody>
        {drivers.map(({ driver, total }) => (
          <tr key={driver}>
            <td>
              <span className={`swatch driver-${driver}`} aria-hidden="true" /> {words.drivers[driver]}
            </td>
            <td>{signed(total)}</td>
            {before && <td>{signed(total - before[driver])}</td>}
          </tr>
        ))}
        <tr className="sum">
          <td>{words.sum(formats.count(of.steps.length))}</td>
          <td>{formats.number(of.total.mean, 4)}</td>
          {now && before && <td>{signed(of.total.mean - now.total.mean)}</td>}
        </tr>
      </tbody>
    </table>
  );
}

/** What is planned now, so that somebody can say something else. */
function plannedText(planned: readonly number[]): string {
  const known = planned.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return words.nothingPlanned;
  const [least, most] = [Math.min(...known), Math.max(...known)].map((value) => formats.number(value, 5));
  return least === most ? words.plannedAt(String(least)) : words.plannedFrom(String(least), String(most));
}

interface Plan {
  readonly column: string;
  readonly written: string;
  readonly values: readonly number[];
}

/** Another plan for one column, for all steps ahead: computed, stored nowhere, graded never. */
function WhatIf({ project, of, frequency, now }: WhyProps & { now: api.SeriesExplanation }): ReactNode {
  const columns = of.columns.filter(({ role }) => role === 'known').map(({ name }) => name);
  const [column, setColumn] = useState(columns[0] ?? '');
  const [value, setValue] = useState('');
  const [plan, setPlan] = useState<Plan>();
  const planned = plannedValues(of, column);
  const values = otherPlan(value, planned);
  const other = useQuery({
    ...queries.explanation(project, of.series, plan && { [plan.column]: plan.values }),
    enabled: plan !== undefined,
  });
  if (columns.length === 0) return null;
  return (
    <>
      <h3>{words.whatIf}</h3>
      <form
        className="tools"
        onSubmit={(event) => {
          event.preventDefault();
          if (values !== undefined) setPlan({ column, written: value.trim(), values });
        }}
      >
        <label>
          {words.column}
          <select value={column} onChange={({ target }) => setColumn(target.value)}>
            {columns.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          {words.value}
          <input
            required
            value={value}
            placeholder={words.valueHint}
            aria-describedby="planned-now"
            onChange={({ target }) => setValue(target.value)}
          />
        </label>
        <button type="submit" disabled={values === undefined}>
          {words.compute}
        </button>
      </form>
      <p id="planned-now" className="quiet">
        {plannedText(planned)}
      </p>
      {plan !== undefined && (
        <Answer of={other}>
          {(found) => (
            <Explained
              of={found}
              now={now}
              name={`${of.series}: ${words.under(plan.column, plan.written)}`}
              frequency={frequency}
            />
          )}
        </Answer>
      )}
    </>
  );
}

// Columns by checks: what each column was in each check, beside both references.

import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';

const words = texts.drift;

/** As many as have room side by side. */
const checksShown = 30;

export interface Chosen {
  readonly check: string;
  readonly column: string;
  readonly group: string;
}

export function nameOf({ column, group }: { column: string; group: string | null }): string {
  return group === null ? column : `${column} · ${group}`;
}

export function DriftMap(props: {
  checks: readonly api.DriftCheckView[];
  chosen: Chosen;
  open: (chosen: Chosen) => void;
}): ReactNode {
  const { chosen, open } = props;
  // The newest is on the right, as in every chart.
  const checks = props.checks.slice(0, checksShown).toReversed();
  const names = [
    ...new Map(
      checks
        .toReversed()
        .flatMap(({ cells }) => cells)
        .map((cell) => [nameOf(cell), cell] as const),
    ),
  ];
  return (
    <section>
      <h2>{words.map}</h2>
      <p className="quiet">{words.mapHint}</p>
      <section className="drift-map" tabIndex={0} aria-label={words.map}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.column}</th>
              {checks.map(({ id, through }, i) => (
                <th key={id} scope="col" title={through}>
                  {/* Only the ends have room for theirs. */}
                  <span className={i === 0 || i === checks.length - 1 ? undefined : 'sr-only'}>
                    {through}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map(([name, { column, group }]) => (
              <tr key={name}>
                <th scope="row" title={visible(name)}>
                  {visible(name)}
                </th>
                {checks.map((check) => (
                  <td key={check.id}>
                    <Cell
                      of={check}
                      column={column}
                      group={group}
                      isChosen={
                        chosen.check === check.id &&
                        chosen.column === column &&
                        chosen.group === (group ?? '')
                      }
                      open={open}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Cell(props: {
  of: api.DriftCheckView;
  column: string;
  group: string | null;
  isChosen: boolean;
  open: (chosen: Chosen) => void;
}): ReactNode {
  const { of, column, group, isChosen, open } = props;
  const cell = of.cells.find((one) => one.column === column && one.group === group);
  if (cell === undefined) return null;
  const { recent, season, verdict } = cell;
  const label = words.cell(
    visible(nameOf(cell)),
    of.through,
    words.verdicts[verdict],
    words.verdicts[recent],
    season === null ? words.noSeason : words.verdicts[season],
  );
  return (
    <button
      type="button"
      className={`drift-cell ${verdict}`}
      aria-pressed={isChosen}
      aria-label={label}
      title={label}
      onClick={() => open({ check: of.id, column, group: group ?? '' })}
    >
      <span className={`half ${recent}`} />
      <span className={`half ${season ?? 'absent'}`} />
    </button>
  );
}

// One column of a check: its verdict, and both pairs of distributions, each with what it rests on.

import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { pairedBars } from '../../charts/paired-bars.ts';
import { formats } from '../../format.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Chart } from '../../parts/chart.tsx';
import { Facts } from '../../parts/facts.tsx';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { changeFacts } from './change.tsx';
import { nameOf } from './map.tsx';

const words = texts.drift;
const tones: Readonly<Record<api.DriftColumnView['verdict'], Tone>> = {
  drift: 'bad',
  none: 'good',
  expected: 'accent',
  unknown: 'plain',
};

export function OneColumn({ of }: { of: api.DriftColumnView }): ReactNode {
  const { verdict, because, coverage, confirmed, recent, season } = of;
  return (
    <section>
      <h2>
        {visible(nameOf(of))} <Badge tone={tones[verdict]}>{words.verdicts[verdict]}</Badge>
      </h2>
      <Facts
        of={[
          [words.why, visible(because)],
          ...(verdict === 'drift'
            ? [[words.verdict, confirmed ? words.confirmed : words.unconfirmed] as const]
            : []),
          ...(of.change === null ? [] : changeFacts(of.change)),
          [words.coverage, words.coverageMeaning(formats.percent(coverage))],
        ]}
      />
      <div className="drift-sides">
        <Side of={of} side={recent} name={words.recent} unit={unitOf(of, false)} />
        {season !== null && <Side of={of} side={season} name={words.season} unit={unitOf(of, true)} />}
      </div>
    </section>
  );
}

function unitOf({ scale }: api.DriftColumnView, isSeason: boolean): string {
  if (scale === null) return words.levels;
  if (scale === 'usual') return isSeason ? words.usualSeason : words.usual;
  return isSeason ? words.meanSeason : words.mean;
}

function Side(props: {
  of: api.DriftColumnView;
  side: api.DriftSideView;
  name: string;
  unit: string;
}): ReactNode {
  const { of, side, name, unit } = props;
  const decides = (of.decidedBy === 'season') === (side === of.season);
  const title = decides ? words.decides(name) : name;
  const basis = words.basis(
    formats.count(side.nReference),
    formats.count(side.nCurrent),
    side.smallestEffect === null ? words.seesNone : words.sees(effectText(side)),
  );
  const { shares } = side;
  if (shares === null)
    return (
      <div>
        <h3>{title}</h3>
        <p className="quiet">{`${words.noShares} ${basis}`}</p>
      </div>
    );
  const labels = labelsOf(shares);
  return (
    <div>
      <Chart
        name={title}
        basis={`${basis} · ${unit}`}
        height={220}
        draw={(size) =>
          pairedBars(
            {
              title: `${visible(nameOf(of))}: ${title}`,
              labels,
              sides: [
                { name: words.reference, look: 'reference', values: shares.reference },
                { name: words.current, look: 'current', values: shares.current },
              ],
              write: (value) => formats.percent(value),
            },
            size,
          )
        }
        table={{
          columns: [words.bin, words.reference, words.current],
          rows: labels.map((label, i) => [label, shares.reference[i] ?? null, shares.current[i] ?? null]),
        }}
      />
      <p className="quiet">{visible(side.because)}</p>
    </div>
  );
}

function labelsOf({ edges, levels }: NonNullable<api.DriftSideView['shares']>): string[] {
  if (levels !== null) return levels.map((level) => visible(level));
  const [first, ...rest] = (edges ?? []).map((edge) => formats.number(edge, 3));
  if (first === undefined) return [words.share];
  return [words.below(first), ...[first, ...rest].map((edge) => words.from(edge))];
}

function effectText({ smallestEffect, effectUnit }: api.DriftSideView): string {
  const value = smallestEffect ?? 0;
  if (effectUnit === 'sd') return words.sd(formats.number(value, 2));
  return effectUnit === 'level' ? words.level(formats.percent(value)) : words.rows(formats.percent(value));
}

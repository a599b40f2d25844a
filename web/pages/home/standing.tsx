// What a project's errors may cost, when it learns again, what serves beside the champion before it, and how mature it is.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { Figure } from '../../parts/figure.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';

const words = texts.home;

export function RiskFigure({ project }: { project: string }): ReactNode {
  const { data, error } = useQuery(queries.risk(project));
  if (data === undefined)
    return <Figure name={words.risk} value={error ? texts.none : '…'} basis={error?.message ?? ''} />;
  const { amount, reason, units, horizonSteps, series, labels, unpriced, column } = data;
  return (
    <Figure
      name={words.risk}
      title={words.riskMeaning}
      value={amount === null ? words.unknown : formats.number(amount, 4)}
      beside={
        amount === null
          ? visible(reason ?? '')
          : words.riskOver(formats.count(horizonSteps), visible(column ?? ''))
      }
      basis={
        amount === null
          ? units === null
            ? ''
            : words.riskUnits(formats.number(units, 4))
          : words.riskOf(formats.count(series), formats.count(labels), unpriced)
      }
    />
  );
}

export function StandingFigures({ project }: { project: string }): ReactNode {
  const { data, error } = useQuery(queries.standing(project));
  if (data === undefined)
    return <Figure name={words.maturity} value={error ? texts.none : '…'} basis={error?.message ?? ''} />;
  const { lastTraining: last, maturity } = data;
  return (
    <>
      <AgainstLast of={data} />
      <Figure
        name={words.lastTraining}
        value={last === null ? words.noTraining : words.state[last.state]}
        tone={last?.state === 'failed' ? 'bad' : undefined}
        beside={last === null ? '' : formats.moment(last.at)}
        basis={visible(last?.reason ?? '')}
      />
      <NextTraining of={data} />
      <Figure
        name={words.maturity}
        title={words.maturityMeaning}
        value={words.level(String(maturity.level), maturity.name)}
        basis={maturity.next === null ? words.noNext : words.nextStep(visible(maturity.next))}
      />
    </>
  );
}

function AgainstLast({ of }: { of: api.ProjectStanding }): ReactNode {
  const { againstLast: against, againstLastReason } = of;
  if (against === null)
    return <Figure name={words.againstLast} value={words.unknown} basis={visible(againstLastReason ?? '')} />;
  const { version, folds, wape, wapeBefore } = against;
  const gain = wapeBefore > 0 ? 1 - wape / wapeBefore : null;
  return (
    <Figure
      name={words.againstLast}
      title={words.againstLastMeaning}
      value={formats.percent(wape)}
      tone={gain === null ? undefined : gain >= 0 ? 'good' : 'bad'}
      beside={words.lastHad(
        version === null ? texts.none : words.version(formats.count(version)),
        formats.percent(wapeBefore),
      )}
      basis={words.ofFolds(formats.count(folds))}
    />
  );
}

function NextTraining({ of }: { of: api.ProjectStanding }): ReactNode {
  const { at, waits } = of.next;
  const isDue = waits.some(({ due }) => due);
  const value =
    at !== null ? formats.moment(at) : isDue ? words.due : waits.length === 0 ? words.asked : words.waits;
  return (
    <Figure
      name={words.nextTraining}
      value={value}
      basis={waits.map(({ reason }) => visible(reason)).join('; ')}
    />
  );
}

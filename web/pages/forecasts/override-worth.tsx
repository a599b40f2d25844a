// What overrides were worth: value added by each step of the process, with what it rests on.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { Figure } from '../../parts/figure.tsx';
import { Answer } from '../../parts/states.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';

const words = texts.overrides;

/** Value added by each step of the process, on the labels that came. */
export function Worth(props: {
  project: string;
  /** Default: all of the project. */
  series?: string;
  frequency: string;
}): ReactNode {
  const { project, series, frequency } = props;
  const worth = useQuery(queries.overrideValue(project, series));
  return (
    <Answer of={worth}>
      {(value) => {
        if (value.window === null || value.overridden.n === 0) return <p className="quiet">{words.notDue}</p>;
        const { window, modelAdded, overrideAdded, model, overridden, compared, better, worse } = value;
        const period = (label: string): string => formats.shortPeriod(label, frequency);
        const basis = (n: number): string =>
          words.basis(
            formats.count(n),
            formats.count(value.labelsDue),
            formats.percent(value.labelCoverage ?? 0, 0),
          );
        return (
          <div className="figures">
            <Figure
              name={words.modelAdded}
              {...addedOf(modelAdded)}
              beside={`${words.modelOver}; ${wapes(compared.naive, compared.model)}`}
              basis={basis(modelAdded.n)}
            />
            <Figure
              name={words.overrideAdded}
              {...addedOf(overrideAdded)}
              beside={`${words.overrideOver}; ${wapes(model, overridden)}`}
              basis={basis(overrideAdded.n)}
            />
            <Figure
              name={words.closer}
              value={formats.count(better)}
              beside={words.fartherBeside(formats.count(worse))}
              basis={words.window(period(window.from), period(window.to))}
            />
          </div>
        );
      }}
    </Answer>
  );
}

function addedOf({ value }: api.AddedValue): { value: string; tone?: 'good' | 'bad' } {
  if (value === null) return { value: texts.none };
  return { value: formats.signedPercent(value), tone: value >= 0 ? 'good' : 'bad' };
}

function wapes(before: api.OverrideErrors, after: api.OverrideErrors): string {
  const write = ({ wape }: api.OverrideErrors): string =>
    wape === null ? texts.none : formats.percent(wape);
  return words.wapes(write(before), write(after));
}

// What figures of series rest on, in a sentence.

import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { texts } from '../../texts.ts';

const words = texts.forecasts;

export function Basis(props: {
  of: Pick<api.SeriesList, 'asOf' | 'value' | 'accuracy'>;
  frequency: string;
}): ReactNode {
  const { asOf, value, accuracy } = props.of;
  const period = (label: string): string => formats.period(label, props.frequency);
  return (
    <p className="quiet">
      {words.asOf(formats.moment(asOf.at))}{' '}
      {accuracy === null ? words.notGraded : words.gradedOn(period(accuracy.from), period(accuracy.to))}{' '}
      {value &&
        (value.column === null
          ? words.valueUnits(period(value.from), period(value.to))
          : words.valueOf(value.column, period(value.from), period(value.to)))}{' '}
      {accuracy && accuracy.seriesOmitted > 0 && words.omitted(formats.count(accuracy.seriesOmitted))}
    </p>
  );
}

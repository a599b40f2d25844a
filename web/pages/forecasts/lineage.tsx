// Where a forecast came from: the version, the training that made it, what that had learnt from, and what has come since.

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { Window } from '../../parts/dialog.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Answer } from '../../parts/states.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';

const words = texts.lineage;
/** The newest; each is one click from where it came from. */
const shown = 5;

export function Lineages({
  of: { earlier },
  frequency,
}: {
  of: api.SeriesDetail;
  frequency: string;
}): ReactNode {
  const [id, setId] = useState<string>();
  if (earlier.length === 0) return null;
  return (
    <section>
      <h2>{words.title}</h2>
      <ul className="card">
        {earlier.slice(0, shown).map(({ predictionId, madeAt, cutoffAt, version }) => (
          <li key={predictionId} className="actions">
            <button type="button" onClick={() => setId(predictionId)}>
              {words.open}
            </button>
            <span>
              {words.forecast(
                formats.moment(madeAt),
                formats.period(cutoffAt, frequency),
                version === null ? words.baseline : words.version(formats.count(version)),
              )}
            </span>
          </li>
        ))}
      </ul>
      {id !== undefined && (
        <Window title={words.of} isOpen close={() => setId(undefined)} className="wide">
          <Lineage id={id} />
        </Window>
      )}
    </section>
  );
}

function Lineage({ id }: { id: string }): ReactNode {
  const lineage = useQuery(queries.lineage(id));
  return (
    <Answer of={lineage}>
      {({ prediction, version, promotedBy, run, snapshot, trainedOn, observedSince }) => (
        <Facts
          of={[
            [words.prediction, <code key="id">{prediction.id}</code>],
            [words.request, <code key="request">{prediction.requestId}</code>],
            [words.madeBy, said(version, 'number')],
            [words.promoted, said(promotedBy, 'reason')],
            [words.run, said(run, 'id')],
            [words.snapshot, said(snapshot, 'id')],
            [words.trainedOn, words.batches(formats.count(trainedOn.count))],
            [words.since, words.batches(formats.count(observedSince.count))],
          ]}
        />
      )}
    </Answer>
  );
}

/** One field of a part of the chain; parts that are gone say nothing. */
function said(of: Readonly<Record<string, unknown>> | null, field: string): string {
  const value = of?.[field];
  return typeof value === 'string' || typeof value === 'number' ? visible(String(value)) : texts.none;
}

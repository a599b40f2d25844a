// What the API answers of the batches of a project.

import { type TUnsafe, Type } from 'typebox';
import type { Batch } from './contract.ts';
import { count, nullable, of, text, time } from './schema-parts.ts';

export const batch: TUnsafe<Batch> = of(
  Type.Object({
    id: text,
    seq: count,
    receivedAt: time,
    source: text,
    accepted: count,
    plans: count,
    duplicates: count,
    replaced: count,
    added: count,
    quarantined: count,
    quarantinedByCode: Type.Record(Type.String(), count),
    repaired: count,
    withdrawn: count,
    from: nullable(text),
    to: nullable(text),
  }),
);

// What the API is told of quarantined rows that are sent again, and answers.

import { type TUnsafe, Type } from 'typebox';
import type { RepairRequest, RepairResult } from './contract.ts';
import { count, of, text } from './schema-parts.ts';

const name = Type.String({ maxLength: 2000 });
const texts = Type.Record(name, Type.String({ maxLength: 2000 }));

export const repairRequest: TUnsafe<RepairRequest> = of(
  Type.Object(
    {
      batch: Type.String({ minLength: 1, maxLength: 100, description: 'rows of this batch' }),
      code: Type.Optional(
        Type.String({ minLength: 1, maxLength: 100, description: 'only rows refused for this reason' }),
      ),
      rows: Type.Optional(
        Type.String({ minLength: 1, maxLength: 100_000, description: 'only these rows of the batch: 3,7-9' }),
      ),
      set: Type.Optional(
        Type.Record(name, Type.Union([Type.String({ maxLength: 2000 }), Type.Null()]), {
          description: 'columns that get another text, or none',
        }),
      ),
      map: Type.Optional(
        Type.Record(name, texts, {
          description: 'texts of columns that become other texts: {"item": {"OLD": "NEW"}}',
        }),
      ),
      multiply: Type.Optional(Type.Number({ description: 'the target is multiplied by this' })),
      divide: Type.Optional(Type.Number({ description: 'the target is divided by this' })),
      rescale: Type.Optional(
        Type.Boolean({ description: 'the target is divided by the factor that its row was held back for' }),
      ),
      accept: Type.Optional(
        Type.Boolean({
          description: 'they are right: what only looked wrong beside other rows is not asked again',
        }),
      ),
      discard: Type.Optional(
        Type.Boolean({
          description: 'they are no demand: given up, and no sum waits for them; needs a reason',
        }),
      ),
      reason: Type.Optional(Type.String({ maxLength: 1000, description: 'kept with the batch' })),
    },
    { additionalProperties: false },
  ),
);

export const repairResult: TUnsafe<RepairResult> = of(
  Type.Object({
    batches: Type.Array(
      Type.Object({
        batchId: text,
        accepted: count,
        duplicates: count,
        replaced: count,
        added: count,
        quarantined: count,
        quarantinedByCode: Type.Record(Type.String(), Type.Integer()),
      }),
    ),
    replayed: Type.Boolean(),
    rowsSent: count,
    rowsUnreadable: count,
    problems: Type.Array(Type.Object({ row: Type.Integer(), code: text, reason: text })),
  }),
);

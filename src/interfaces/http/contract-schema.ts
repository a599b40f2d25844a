// Schemas of the data contract of a project, and of what its checks came to.

import { type TUnsafe, Type } from 'typebox';
import type * as api from './contract.ts';
import { nullable, of, text } from './schema-parts.ts';

export const contractResult: TUnsafe<api.ContractResult> = of(
  Type.Object(
    {
      id: text,
      description: text,
      severity: Type.Enum(['error', 'warning']),
      dimension: text,
      columns: Type.Array(text),
      status: Type.Enum(['passed', 'failed', 'not checked']),
      refuses: Type.Union([Type.Enum(['rows', 'batch']), Type.Null()], {
        description:
          'what a failed one refuses: the rows that break it, or the batch; null = nothing, it is reported',
      }),
      why: nullable(text),
      figure: nullable(Type.Number()),
      unit: Type.Enum(['rows', 'percent', 'hours']),
      bound: Type.String({ description: 'in words: `at most 5 percent`' }),
      n: Type.Integer({ description: 'what the figure is of: rows looked at, or periods' }),
      examples: Type.Array(Type.Object({ row: nullable(Type.Integer()), value: text })),
    },
    { description: 'What a check of the data contract came to.' },
  ),
);

// How data contracts stand, as `/health` shows it.

import { type TUnsafe, Type } from 'typebox';
import type * as api from './contract.ts';
import { nullable, of, text } from './schema-parts.ts';
import type { HttpServices } from './services.ts';

type State = Awaited<ReturnType<HttpServices['data']['contractStates']>>[number];

const failedCheck = {
  id: text,
  severity: Type.Enum(['error', 'warning']),
  refuses: Type.Union([Type.Enum(['rows', 'batch']), Type.Null()]),
  figure: Type.Number(),
  unit: Type.Enum(['rows', 'percent', 'hours']),
  bound: Type.String({ description: 'in words: `at most 5 percent`' }),
  n: Type.Integer({ description: 'what the figure is of' }),
};

const look = Type.Object({
  at: Type.String({ format: 'date-time' }),
  ageHours: Type.Number(),
  version: Type.String({ description: 'of the contract, at that time' }),
  batchId: nullable(text),
  source: text,
  refused: Type.Boolean(),
  passed: Type.Integer(),
  notChecked: Type.Integer(),
  failed: Type.Array(Type.Object(failedCheck)),
  others: Type.Integer({ description: 'how many more failed than are named' }),
});

export const contractState: TUnsafe<api.ContractState> = of(
  Type.Object(
    {
      project: text,
      file: text,
      id: text,
      version: text,
      checks: Type.Integer(),
      lastBatch: nullable(look),
      lastFailedBatch: nullable(look),
      lastStored: nullable(look),
      freshness: Type.Object({
        closedThrough: nullable(text),
        ageHours: nullable(Type.Number({ description: 'since the end of that period' })),
      }),
      failing: Type.Array(
        Type.Object({
          ...failedCheck,
          of: Type.Enum(['batch', 'stored', 'now'], {
            description: 'the last batch, the last look at what is stored, or the clock',
          }),
        }),
      ),
    },
    { description: 'How a data contract stands; each look is the last of its kind, null = there was none.' },
  ),
);

export function contractStateView(state: State, now: number): api.ContractState {
  const lookView = (found: State['lastBatch']): api.ContractLook | null =>
    found === null
      ? null
      : {
          ...found,
          at: new Date(found.at).toISOString(),
          ageHours: Math.max(0, (now - found.at) / 3_600_000),
          failed: found.failed.map((check) => ({ ...check })),
        };
  return {
    ...state,
    lastBatch: lookView(state.lastBatch),
    lastFailedBatch: lookView(state.lastFailedBatch),
    lastStored: lookView(state.lastStored),
    freshness: { ...state.freshness },
    failing: state.failing.map((check) => ({ ...check })),
  };
}

// Settings of what begins a training, beside new periods and times of day.

import { type Static, type TUnsafe, Type } from 'typebox';
import type { RetrainOn } from '../../core/index.ts';
import type { Same } from './serving-schema.ts';

/** As `RetrainOn`, as it is written. */
export type RetrainOnConfig = {
  -readonly [K in keyof RetrainOn]: RetrainOn[K];
};

const retrainOnArray = Type.Array(
  Type.Object(
    {
      event: Type.Enum(['withdrawal', 'refusal', 'settings'], { description: 'What begins it.' }),
      rowsMin: Type.Optional(
        Type.Integer({ minimum: 1, default: 1, description: 'Of `withdrawal`: so many rows at least.' }),
      ),
      afterPeriods: Type.Optional(
        Type.Integer({
          minimum: 1,
          default: 1,
          description: 'Of `refusal`: when so many more periods are closed.',
        }),
      ),
      pipeline: Type.Optional(
        Type.Enum(['train', 'search'], { default: 'train', description: 'What is begun.' }),
      ),
    },
    { additionalProperties: false },
  ),
  {
    maxItems: 3,
    default: [],
    description:
      'What else begins a training (or with `pipeline: "search"` a search): ' +
      '`withdrawal`: rows that the champion may have learnt from were taken back, `rowsMin` at least; ' +
      '`refusal`: the newest version was refused, and `afterPeriods` more periods are closed; ' +
      '`settings`: the newest version was trained with another horizon, season, level, list of models or parameter.',
  },
);

// Fails to compile when the types leave the schema.
const agrees: Same<Static<typeof retrainOnArray>, RetrainOnConfig[]> = true;
void agrees;

export const retrainOn: TUnsafe<RetrainOnConfig[]> = retrainOnArray as unknown as TUnsafe<RetrainOnConfig[]>;

/** Which field belongs to which event. */
const fieldOf = { rowsMin: 'withdrawal', afterPeriods: 'refusal' } as const;

/** What is wrong with a list whose entries are each right; each begins with the path below `retrainOn`. */
export function retrainOnProblems(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  const problems: string[] = [];
  const seen = new Set<unknown>();
  for (const [i, entry] of list.entries()) {
    if (entry === null || typeof entry !== 'object') continue;
    const { event } = entry as Partial<RetrainOn>;
    if (seen.has(event)) problems.push(`.${i} is of the event ${String(event)} again; give each event once`);
    seen.add(event);
    for (const [field, owner] of Object.entries(fieldOf))
      if (Object.hasOwn(entry, field) && event !== owner)
        problems.push(`.${i}.${field} says nothing of ${String(event)}; it belongs to ${owner}`);
  }
  return problems;
}

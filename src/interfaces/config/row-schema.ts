// Settings of what rows mean beside each other: none for a period, several, and such as are in another unit.

import { type TUnsafe, Type } from 'typebox';
import type { ConflictRule, GapRule, UnitRule } from '../../core/index.ts';

export const gaps: TUnsafe<GapRule> = Type.Enum(['zero', 'missing', 'fill'], {
  default: 'missing',
  description:
    'A period without a row means: nobody bought (`zero`), nobody knows (`missing`), or interpolate (`fill`).',
}) as unknown as TUnsafe<GapRule>;

export const conflicts: TUnsafe<ConflictRule> = Type.Enum(['quarantine', 'last', 'sum'], {
  default: 'quarantine',
  description:
    'Rows that give one series and period different values: those of one batch are set aside (`quarantine`) or the last one counts (`last`), and a later batch replaces an earlier one; or all are added up, over batches too (`sum`).',
}) as unknown as TUnsafe<ConflictRule>;

export const units: TUnsafe<UnitRule> = Type.Enum(['hold', 'name', 'off'], {
  default: 'hold',
  description:
    'Rows that are for sure in another unit than the history of their series, as cases for pieces: held back in quarantine until they are rescaled or accepted (`hold`), or named when a file is read (`name`). What is only likely is named by both.',
}) as unknown as TUnsafe<UnitRule>;

export const keys: TUnsafe<'exact' | 'fold'> = Type.Enum(['exact', 'fold'], {
  default: 'exact',
  description:
    'Names of series that look alike, as they differ in case, blanks, characters that are not seen or the way an accent is stored: series of their own (`exact`), or one, named in lower case with single blanks (`fold`). Cannot change once there is data.',
}) as unknown as TUnsafe<'exact' | 'fold'>;

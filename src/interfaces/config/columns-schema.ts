// Which columns of the data hold what, as settings say it.

import { type Static, type TUnsafe, Type } from 'typebox';
import type { Same } from './serving-schema.ts';

export interface ColumnsConfig {
  series?: string | string[];
  time?: string;
  target?: string;
  stockout?: string;
  known?: string[];
  past?: string[];
  static?: string[];
  categories?: string[];
  price?: string;
}

function names(description: string) {
  return Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 64, default: [], description }),
  );
}

const columnsObject = Type.Object(
  {
    series: Type.Optional(
      Type.Union(
        [Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { maxItems: 8 })],
        {
          default: 'series',
          description:
            'Column, or list of columns, that together name the series; `[]` = the file is one series.',
        },
      ),
    ),
    time: Type.Optional(
      Type.String({ default: 'timestamp', minLength: 1, description: 'Column with the date, time or step.' }),
    ),
    target: Type.Optional(
      Type.String({ default: 'value', minLength: 1, description: 'Column with the demand, in units.' }),
    ),
    stockout: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Column that is true or 1 where the item was out of stock, so that sales understate demand.',
      }),
    ),
    known: names('Columns whose future is known ahead: planned price, promotion, event.'),
    past: names('Columns that are known up to the last observation only: visitors, weather.'),
    static: names('Columns that belong to the series: category, size, kind of store.'),
    categories: names(
      'Those of the columns above that are categories. Other `known` and `past` columns are numbers or yes/no; a `static` column of texts is a category by itself.',
    ),
    price: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description:
          'Which of `known`, `past` and `static` is the price of a unit, by which value and money at risk are counted.',
        defaultNote: 'the first that is called a price, such as `sell_price`; else they are counted in units',
      }),
    ),
  },
  { additionalProperties: false, description: 'Which columns of your data hold what.' },
);

// Fails to compile when the types leave the schema.
const agrees: Same<Static<typeof columnsObject>, ColumnsConfig> = true;
void agrees;

export const columns: TUnsafe<ColumnsConfig> = columnsObject as unknown as TUnsafe<ColumnsConfig>;

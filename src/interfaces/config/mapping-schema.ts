// Settings of files that are called and written otherwise than a project says.

import { type Static, type TUnsafe, Type } from 'typebox';
import { type DialectConfig, dialect } from './dialect-schema.ts';
import type { Same } from './serving-schema.ts';

/** One mapping, as the user states it, in a file or in the settings of a project. */
export interface MappingConfig {
  columns?: Record<string, string>;
  values?: Record<string, Record<string, string>>;
  dialect?: DialectConfig;
}

const name = Type.String({ minLength: 1, maxLength: 200 });

const mapping = Type.Object(
  {
    columns: Type.Optional(
      Type.Record(Type.String(), name, {
        description: 'Column of the project → column of the files; the others are called as in the project.',
      }),
    ),
    values: Type.Optional(
      Type.Record(Type.String(), Type.Record(Type.String(), name), {
        description:
          'Column of the project → word of the files → what it stands for, such as names of stores and their codes.',
      }),
    ),
    dialect: Type.Optional(dialect),
  },
  { additionalProperties: false },
);

// Fails to compile when the interface leaves the schema.
const agrees: Same<Static<typeof mapping>, MappingConfig> = true;
void agrees;

const record = Type.Record(Type.String({ pattern: '^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$' }), mapping, {
  defaultNote: 'none',
  description:
    'Files that are called and written otherwise, by a name each: `{ erp: { columns: { item: "Artikel" }, values: { site: { Nord: "1" } }, dialect: { decimal: "," } } }`. ' +
    'Said with `--mapping erp`, `?mapping=erp` or `mapping` of a source (`almanac docs data`).',
});

export const mappings: TUnsafe<Record<string, MappingConfig>> = record as unknown as TUnsafe<
  Record<string, MappingConfig>
>;

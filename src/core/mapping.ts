// How the files of one sender differ from what a project says of its data: other names for its columns, other words in them, and
// another way of writing. Kept in a file or in the settings, so that each sender's files are read by what was found out once.

import { AppError } from './app-error.ts';
import { type Dialect, defaultDialect, type MappedNames, type Mapping } from './dialect.ts';
import type { Project } from './project.ts';
import { columnsBeside, columnsRead } from './project-columns.ts';

/** The dialect of files that a mapping is for. */
export function mappedDialect({ dialect, columns, values }: Mapping): Dialect {
  return { ...dialect, mapped: { columns, values } };
}

/**
 * The project as it reads the files that a mapping is for.
 * @param source what messages call the mapping
 * @throws AppError `data/bad-mapping` where it names a column that the project does not read, or one column of a file for two things
 */
export function mappedProject(project: Project, mapping: Mapping, source: string): Project {
  const words = new Set([...project.columns.series, ...columnsBeside(project.columns)]);
  const all = new Set(columnsRead(project.columns));
  const refuse = (what: string, names: ReadonlySet<string>): AppError =>
    new AppError(
      'data/bad-mapping',
      `${source}: ${what}; project ${project.name} has: ${[...names].join(', ')}`,
    );
  for (const column of Object.keys(mapping.columns))
    if (!all.has(column))
      throw refuse(`columns names ${JSON.stringify(column)}, which the project does not read`, all);
  for (const column of Object.keys(mapping.values))
    if (!words.has(column))
      throw refuse(
        all.has(column)
          ? `values names ${JSON.stringify(column)}, which holds times or the demand: say how they are written in dialect`
          : `values names ${JSON.stringify(column)}, which the project does not read`,
        words,
      );
  refuseShared(project, mapping, source);
  return { ...project, dialect: mappedDialect(mapping) };
}

/**
 * The project as it reads files of one of its own mappings.
 * @throws AppError `data/bad-mapping` where it has none of that name
 */
export function projectMapped(project: Project, name: string): Project {
  const own = project.mappings ?? {};
  const mapping = Object.hasOwn(own, name) ? own[name] : undefined;
  if (mapping !== undefined) return mappedProject(project, mapping, name);
  const names = Object.keys(own).join(', ') || 'none';
  throw new AppError(
    'data/bad-mapping',
    `project ${project.name} has no mapping ${JSON.stringify(name)}; it has: ${names}`,
  );
}

/** The time and the demand are nothing else beside: the demand as its own covariate would foretell itself. */
function refuseShared({ columns }: Project, mapping: Mapping, source: string): void {
  const names = namesInFiles(mapping);
  for (const own of [columns.time, columns.target])
    for (const other of columnsRead(columns))
      if (other !== own && names(other) === names(own))
        throw new AppError(
          'data/bad-mapping',
          `${source}: the column ${JSON.stringify(names(own))} of the files would be both ${own} and ${other}`,
        );
}

/** What files call a column of the project. */
export function namesInFiles({ columns }: Pick<MappedNames, 'columns'>): (column: string) => string {
  const names = new Map(Object.entries(columns));
  return (column) => names.get(column) ?? column;
}

/** What the project calls the columns that a file has; those that it has for nothing keep their names. */
export function namesInProject(found: readonly string[], mapped: MappedNames | undefined): readonly string[] {
  if (mapped === undefined) return found;
  const own = Object.entries(mapped.columns);
  const taken = new Set(own.map(([column]) => column));
  return found.flatMap((name) => {
    const meant = own.filter(([, called]) => called === name).map(([column]) => column);
    return meant.length > 0 || taken.has(name) ? meant : [name];
  });
}

/** Cells that come from files of a mapping, where their columns and words are those of the project already. */
export function cellsDialect(said: Partial<Dialect>): Dialect {
  return { ...defaultDialect, ...said, mapped: { columns: {}, values: {} } };
}

/** How such cells are written, to be kept beside them; undefined where the project itself says it. */
export function cellsWritten(dialect: Dialect | undefined): Partial<Dialect> | undefined {
  if (dialect?.mapped === undefined) return undefined;
  const { decimal, thousands, dateFormat, shortYearsFrom, nulls, trueWords, falseWords, numberForms } =
    dialect;
  return { decimal, thousands, dateFormat, shortYearsFrom, nulls, trueWords, falseWords, numberForms };
}

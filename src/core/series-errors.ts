// What can go wrong when series are listed, looked at or explained. Part of the table in `errors.ts`.

export const seriesErrors = {
  'series/invalid-cursor': {
    meaning: 'The cursor of a list of series is none that a page gave, or one of another query.',
    hint: 'Leave `cursor` out to begin with the first page, and change nothing else between two pages.',
  },
  'series/unknown-column': {
    meaning:
      'Series are to be grouped by a column that neither names them nor is an attribute, or by so many that each is a group.',
    hint: 'Group by the columns of `columns.series` and `columns.static` of the project; the message names them.',
  },
  'series/invalid-window': {
    meaning: 'The periods asked for of one series are reversed, or too many for one answer.',
    hint: 'Give a `from` that is not after `to`, and at most the number of periods that the message names.',
  },
} as const;

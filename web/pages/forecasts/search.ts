// What the address of the page Forecasts holds.

import { oneOf, type PageProps, text, whole } from '../../define-page.ts';

export const search = {
  part: oneOf('list', 'exceptions', 'totals', 'overrides'),
  /** Of the exceptions: only these. */
  kind: oneOf('', 'miss', 'lastYear', 'ended', 'silent'),
  /** Of the totals: columns, separated by commas. */
  by: text(),
  /** Of the overrides: only these. */
  overrides: oneOf('all', 'open', 'closed', 'withdrawn', 'replaced'),
  find: text(),
  state: oneOf('', 'active', 'new', 'ended', 'silent'),
  abc: oneOf('', 'A', 'B', 'C'),
  xyz: oneOf('', 'X', 'Y', 'Z'),
  sort: oneOf('error', 'valueAdded', 'value', 'id'),
  order: oneOf('', 'reversed'),
  /** One series, in place of the list. */
  series: text(),
  window: oneOf('quarter', 'year', 'all'),
  lead: whole(1),
};
export type ForecastProps = PageProps<typeof search>;

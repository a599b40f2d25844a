// What the address of the page Data holds.

import { oneOf, type PageProps, text } from '../../define-page.ts';

export const search = {
  part: oneOf('batches', 'quarantine', 'sources', 'contract', 'profile', 'snapshots'),
  /** Of the quarantine: only this batch, and rows refused for this. */
  batch: text(),
  code: text(),
  show: oneOf('waiting', 'all'),
  /** Of the batches: also those that the product made. */
  own: oneOf('', 'yes'),
  /** Of the snapshots: which two are compared. */
  before: text(),
  after: text(),
};
export type DataProps = PageProps<typeof search>;

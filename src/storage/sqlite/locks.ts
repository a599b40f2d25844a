// What a transaction keeps others from changing while it lasts, because it reads it first and decides by it.

/**
 * SQLite takes one lock for the whole file, so here it is told and no more; a store with locks of rows takes exactly these, in
 * this order, before the first read. `nothing`: a statement that decides by nothing that it has read.
 */
export type Lock =
  | 'nothing'
  | 'definition of the project'
  | 'history of the project'
  | 'predictions of the project'
  | 'overrides of the project'
  | 'versions of the name'
  | 'alias of the name'
  | 'version'
  | 'jobs of the single flight key'
  | 'jobs that are due'
  | 'job'
  | 'snapshot'
  | 'schedule'
  | 'stream'
  | 'source'
  | 'alert'
  | 'instance'
  | 'events';

// What must hold, by name.

export const invariants = {
  'cutoff-is-closed': 'no forecast speaks from a period that is not closed for its own series',
  'same-knowledge-same-forecast': 'the same version, rows and cutoff of a series give the same forecast',
  'forecast-follows-rows':
    'a forecast is what its version makes of the rows of its series, and of nothing else',
  'label-is-not-invented': 'a label that is counted is a row of its series, or the zero of a closed period',
  'label-is-not-lost': 'a row that came is a label of every forecast of its period',
  'refused-is-unknown': 'the period of a refused row is unknown, not zero',
  'rows-are-kept': 'what was acknowledged is read back as it was sent, and nothing else',
  'bad-rows-are-refused': 'a row that cannot be believed is set aside',
  'key-lands-once': 'a batch lands once, however often it is sent',
  'predictions-are-kept': 'a forecast that was answered is stored as it was answered',
  'alias-serves': 'the champion serves, or the difference is stated',
  'refused-never-answers': 'a version that is not fit to serve never answers',
  'baseline-says-so': 'an answer of the baseline does not call itself the champion',
  'closes-in-time': 'what has waited long enough is closed for the whole project',
  'nothing-is-passed-over':
    'every event is taken in by those who must, whatever fails and whenever processes end',
  'trigger-is-not-lost': 'a training that is due has been put into the queue',
  'processes-agree': 'two processes that have caught up give the same forecast',
  'known-is-answered': 'what has rows is forecast',
  'parts-are-the-whole': 'a day in ten uploads gives, when closed, the bits of one upload',
} as const;

export type Invariant = keyof typeof invariants;

/** An invariant that did not hold. */
export interface Finding {
  readonly invariant: Invariant;
  readonly what: string;
  readonly step: number;
}

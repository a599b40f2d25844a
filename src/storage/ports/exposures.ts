// Who was shown which version first when: what arms are compared by.

/** One unit that a version was shown to. A prediction that is held is one record, however many it is shown to; this tells whom. */
export interface ExposureRecord {
  readonly project: string;
  /** Of the routing that divided the units. */
  readonly salt: string;
  readonly unit: string;
  readonly arm: string;
  readonly versionId: string;
  /** The first time. */
  readonly at: number;
}

export interface ExposureStore {
  /** Durable when it resolves. Of a unit that was shown the version by this arm before, the first record stays. */
  appendExposures(exposures: readonly ExposureRecord[]): Promise<void>;
  /** Of one division of units, by unit, arm and version, ascending; `after` continues a scan. */
  scanExposures(
    project: string,
    options: { salt: string; after?: Pick<ExposureRecord, 'unit' | 'arm' | 'versionId'>; limit: number },
  ): Promise<ExposureRecord[]>;
}

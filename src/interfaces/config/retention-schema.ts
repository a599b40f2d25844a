// Settings of what is removed because it is old.

import { type Static, type TUnsafe, Type } from 'typebox';
import type { Same } from './serving-schema.ts';

/** Days that things are kept; 0 = for ever. */
export interface RetentionConfig {
  predictionsDays?: number;
  exposuresDays?: number;
  eventsDays?: number;
  jobsDays?: number;
  quarantineDays?: number;
  modelsDays?: number;
  filesDays?: number;
}

function days(byDefault: number, description: string) {
  return Type.Optional(
    Type.Integer({
      default: byDefault,
      minimum: 0,
      maximum: 36_500,
      description: `${description} 0 = for ever.`,
    }),
  );
}

const retentionObject = Type.Object(
  {
    predictionsDays: days(400, 'Days that forecasts are kept as they were answered.'),
    exposuresDays: days(
      400,
      'Days that it is kept who was shown which version, where requests are divided among several.',
    ),
    eventsDays: days(90, 'Days that events are kept.'),
    jobsDays: days(90, 'Days that jobs are kept after they ended.'),
    quarantineDays: days(400, 'Days that refused rows are kept; how many there were and why stays.'),
    modelsDays: days(
      180,
      'Days that the model of a version is kept which no alias names or named since; the last 5 of a project stay, and the records of all.',
    ),
    filesDays: days(7, 'Days that stored files are kept which no record names.'),
  },
  {
    additionalProperties: false,
    description: 'What is removed because it is old, once a day (`almanac docs operations`).',
  },
);

// Fails to compile when the interface leaves the schema.
const agrees: Same<Static<typeof retentionObject>, RetentionConfig> = true;
void agrees;

export const retention: TUnsafe<RetentionConfig> = retentionObject as unknown as TUnsafe<RetentionConfig>;

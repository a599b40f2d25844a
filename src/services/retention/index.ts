// Door of `retention`: what is removed because it is old, and room on the disk.

export {
  ageKinds,
  type RetentionAges,
  type RetentionKind,
  type RetentionLook,
} from './ages.ts'; // which ages
export { type FreeSpace, type FreeSpaceOptions, freeSpaceGuard } from './free-space.ts'; // stops before the disk is full
export { isRetentionDue, Retention, type RetentionOptions, type RetentionReport } from './retention.ts'; // what goes, and removing it

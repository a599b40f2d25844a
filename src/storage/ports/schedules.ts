// What is kept of schedules: the planned time that was dealt with last.

export interface ScheduleStore {
  /** UTC milliseconds; undefined for a schedule never seen. */
  schedulePlannedAt(name: string): Promise<number | undefined>;
  /** Never goes back: of two processes the later time stands. */
  noteSchedule(name: string, plannedAt: number): Promise<void>;
}

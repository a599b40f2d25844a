// The rows of the stream bench: each of another series and hour, so that a row lost or doubled is seen.

const series = 2_000;
const firstHour = Date.UTC(2024, 0, 1);
const hourMs = 3_600_000;

/** Demand of the i-th message. */
export function unitsOf(i: number): number {
  return 1 + (i % 97);
}

export function messageOf(i: number): string {
  const at = new Date(firstHour + Math.floor(i / series) * hourMs).toISOString();
  return `{"item":"item-${i % series}","at":"${at}","units":${unitsOf(i)}}`;
}

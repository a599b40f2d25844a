// Energy of the processor as Linux counts it (RAPL, /sys/class/powercap): of whole packages, not of one process.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const microjoules = 1e-6;
const packageName = /^intel-rapl:\d+$/;

export interface EnergyMeter {
  /** Joules that all packages have used since the meter was opened; null once it could not be read. */
  read(): number | null;
}

interface Domain {
  readonly file: string;
  /** Where its counter begins again, microjoules. */
  readonly range: number;
  last: number;
}

/**
 * Opens the meters of all packages.
 * @param folder `/sys/class/powercap` on Linux
 * @returns null where there is none or it may not be read (it is often root's alone)
 */
export function openRapl(folder: string): EnergyMeter | null {
  try {
    const domains = readdirSync(folder)
      .filter((name) => packageName.test(name))
      .map((name): Domain => {
        const file = join(folder, name, 'energy_uj');
        return { file, range: readNumber(join(folder, name, 'max_energy_range_uj')), last: readNumber(file) };
      });
    return domains.length === 0 ? null : meterOf(domains);
  } catch {
    return null;
  }
}

function meterOf(domains: readonly Domain[]): EnergyMeter {
  let joules = 0;
  return {
    read() {
      try {
        for (const domain of domains) {
          const now = readNumber(domain.file);
          // The counter begins again at 0 after its range, every few minutes to hours.
          const used = now >= domain.last ? now - domain.last : domain.range - domain.last + now;
          domain.last = now;
          joules += used * microjoules;
        }
        return joules;
      } catch {
        return null;
      }
    },
  };
}

function readNumber(path: string): number {
  const value = Number(readFileSync(path, 'utf8'));
  if (!Number.isFinite(value) || value < 0) throw new RangeError(`${path} holds no count`);
  return value;
}

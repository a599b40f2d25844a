// Builds what can be done with a data folder as a whole, whether or not a server could start on it.

import type { AppError } from '../core/index.ts';
import type { CliKeeping } from '../interfaces/cli/index.ts';
import type { Config } from '../interfaces/config/index.ts';
import { faultOfFolder, openDataFolder } from './data-folder.ts';
import { systemClock, systemIds } from './platform.ts';

export function keepingOf({ dataFolder }: Config): CliKeeping {
  return {
    fault: () => faultOfFolder(dataFolder),
    acceptLoss: async () => {
      const faults: AppError[] = [];
      const onLoss = (fault: AppError): void => void faults.push(fault);
      const folder = await openDataFolder(dataFolder, { clock: systemClock, ids: systemIds(), onLoss });
      await folder.store.close();
      return faults;
    },
  };
}

// Marks a configuration for editors. Apart from what loads one, so that the package's own door stays light.

import type { UserConfig } from './schema.ts';

/**
 * Marks an object as a configuration, so that editors complete and check it; returns it as it is.
 * Its values are checked when it is loaded.
 */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
}

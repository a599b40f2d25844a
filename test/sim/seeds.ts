// Seeds that once broke something: every run begins with them.

export const regressionSeeds: readonly number[] = [35494777, 67421664];

// The list of commands, in the order the help shows them. A new command is a file and a line here.

import type { CommandSpec } from './command.ts';
import { configShow } from './config-show.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { init } from './init.ts';
import { up } from './up.ts';

export const commandCatalog: readonly CommandSpec[] = [init, up, demo, doctor, configShow, evaluate];

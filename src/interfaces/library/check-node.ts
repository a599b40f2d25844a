// The first import of the package: on a Node that is too old it says so, before anything else can fail on its syntax.

import { nodeComplaint } from './node-floor.ts';

const complaint = nodeComplaint(process.version);
if (complaint !== null) throw new Error(complaint);

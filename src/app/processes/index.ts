// Door of `processes`: one server in several processes on one port.

export { metricsOfProcesses, shareMetrics } from './metrics-of-processes.ts'; // one text for all
export { ProcessGroup, type ProcessGroupOptions } from './process-group.ts'; // the primary
export { type Channel, ServerProcess } from './server-process.ts'; // one of them

// The thread that evaluates a panel; the threads that fit series are started by it.

import { evaluatePanel } from './evaluate-panel.ts';
import type { EvaluatePanelData } from './evaluate-panel-thread.ts';
import { serveTask } from './task-thread.ts';

await serveTask((data: EvaluatePanelData, onProgress) => evaluatePanel({ ...data, onProgress }));

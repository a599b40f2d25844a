// Writes monitoring/: rules for Prometheus and dashboards for Grafana. With --check: fails when they differ.

import { dashboardJson, dashboards } from './monitoring/dashboards.ts';
import { job, ruleGroups, rulesYaml } from './monitoring/rules.ts';
import { writeOrCheck } from './write-or-check.ts';

const made = '# Made by scripts/generate-monitoring.ts; docs/guides/prometheus.md says how to use it.\n';

writeOrCheck('monitoring/almanac.rules.yml', `${made}${rulesYaml(ruleGroups)}`);
writeOrCheck(
  'monitoring/prometheus.yml',
  `${made}global:
  scrape_interval: 30s
rule_files:
  - almanac.rules.yml
scrape_configs:
  - job_name: ${job}
    static_configs:
      - targets: ['127.0.0.1:7400']
`,
);
writeOrCheck(
  'monitoring/grafana/provisioning/datasources/almanac.yml',
  `${made}apiVersion: 1
datasources:
  - name: Prometheus
    uid: almanac-prometheus
    type: prometheus
    access: proxy
    url: http://127.0.0.1:9090
`,
);
writeOrCheck(
  'monitoring/grafana/provisioning/dashboards/almanac.yml',
  `${made}apiVersion: 1
providers:
  - name: almanac
    folder: Almanac
    type: file
    options:
      path: /etc/grafana/almanac
`,
);
for (const dashboard of dashboards)
  writeOrCheck(`monitoring/grafana/dashboards/${dashboard.uid}.json`, dashboardJson(dashboard));

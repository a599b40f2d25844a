// Fetches the jars of a Kafka broker into `.bench` by Maven, for the journey over Kafka. Needs Java 17 and Maven.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaCache } from '../test/fixtures/kafka-server.ts';

const version = '4.1.0';

if (!existsSync(join(kafkaCache, 'lib'))) {
  mkdirSync(kafkaCache, { recursive: true });
  writeFileSync(
    join(kafkaCache, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>almanac</groupId><artifactId>kafka-for-tests</artifactId><version>1</version><dependencies><dependency>
<groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version>
</dependency></dependencies></project>\n`,
  );
  const { status, error } = spawnSync(
    'mvn',
    ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'],
    { cwd: kafkaCache, stdio: ['ignore', 2, 2] },
  );
  if (status !== 0) throw new Error('Maven brought no Kafka', { cause: error });
}
process.stdout.write(`${join(kafkaCache, 'lib')}\n`);

// Door of `streams`: observations and forecast requests from NATS JetStream and Kafka.
export type { BrokerConnection, Connect, MessageSource, ReplayFrom, StreamMessage } from './broker.ts'; // a broker, whichever it is
export { parseReplayFrom } from './replay-from.ts'; // a place in a stream, as people write it
export { type StreamStatus, Streams, type StreamsOptions } from './streams.ts'; // all streams of an installation

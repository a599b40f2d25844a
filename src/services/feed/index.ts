// Door of `feed`: the one reader of events in a process, and those who follow through it.

export { type ChangeFeed, nobodyElse } from './change-feed.ts'; // processes tell each other of commits
export { EventFeed, type EventFeedOptions, type FeedTimers } from './event-feed.ts'; // reads, hands out, waits for news
export type { ResumeOptions } from './kept-positions.ts'; // where one goes on after a restart
export { inWords, notedLags } from './lags.ts'; // who is behind, from the store
export type { FollowOptions, Subscriber, SubscriberLag, Work } from './subscriber.ts'; // who follows, and how far behind

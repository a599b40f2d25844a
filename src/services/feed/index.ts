// Door of `feed`: the one reader of events in a process, and those who follow through it.
export { EventFeed, type EventFeedOptions, type FeedTimers } from './event-feed.ts'; // reads, hands out, waits for news
export type { FollowOptions, Subscriber, SubscriberLag, Work } from './subscriber.ts'; // who follows, and how far behind

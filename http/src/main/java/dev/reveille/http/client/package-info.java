/// A small HTTP/2 client for push services: many small requests to few hosts, in groups, at the
/// lowest cost.
///
/// [ClientPool] is the front. A pool holds the connections that may share what a platform binds to
/// a connection (APNs: host, team and key). Requests come in groups from any thread; a group is one
/// task on one event loop, one buffer, one flush per connection.
///
/// ```
///   send(group) --> Shard (one event loop) --> RequestQueue: urgent, normal, bulk
///                     |                              |
///                     |  opens, retires, sweeps      |  pump: as far as streams and windows reach
///                     v                              v
///                   Link, Link, ...          one buffer of HEADERS+DATA frames, one flush
/// ```
///
/// Each request object carries its own state and gets exactly one result: an answer, *not sent*
/// (nothing of it can have been processed: safe to repeat anywhere) or *uncertain* (it left, no
/// answer came). What the peer says it did not process (REFUSED_STREAM, a stream above GOAWAY's
/// last) goes out again by itself on another connection and does not count as a try.
///
/// Frames are read by Netty's frame reader and written by hand: a request is exactly one HEADERS
/// and at most one DATA frame, so a stream needs no object of its own, no priority tree and no
/// promise. Header compression is ours too ([RequestHeaders]): constant headers are put into the
/// peer's table once and are then a run of bytes that is copied; whatever differs per request is
/// written as never-indexed literal, because it would only push the constants out of the table.
///
/// Everything below the pool runs on the event loop of its shard and needs no lock.
@NullMarked
package dev.reveille.http.client;

import org.jspecify.annotations.NullMarked;

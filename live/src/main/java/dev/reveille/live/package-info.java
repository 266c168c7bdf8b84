/// Who is connected where: held connections of every kind.
///
/// A held phone is one small object on an event loop, a [LiveChannel]: no thread, no timer and no
/// queue of its own. What it has to be told lies in the inbox; the channel only knows up to where
/// it told it. So a live event, a resumed session, a phone that read too slowly and a long poll are
/// one thing: read the inbox after that position and write what is there.
///
/// ```
///   Dispatcher ── send(frames) ──► LiveChannels ── one task per event loop ──► LiveChannel
///                                                                                │  call: written at once
///                                                                                │  entry: asks for a read
///   Inbox ◄── after(user, position) ── InboxReader, virtual threads, in groups ◄─┘
///     └─ entries, encoded once per group ──► LiveChannel ── frames in order, one flush ──► phone
/// ```
@NullMarked
package dev.reveille.live;

import org.jspecify.annotations.NullMarked;

package dev.reveille.http.server;

import io.netty.channel.Channel;

/// The calls that an event loop makes to each of its connections: at every tick, after a group of
/// answers, and when the listener drains.
interface LoopConnection {
  Channel channel();

  /// Compares the clock with what the connection's state allows, and acts.
  void sweep(long nowMillis);

  /// Sends what was written, in one system call if the socket takes it.
  void flushNow();

  /// The listener takes no new work; the connection should end before the moment given.
  void drain(long untilMillis);

  HttpCore core();

  /// The place in the loop's list; kept by the loop.
  int slot();

  void slot(int slot);

  /// Whether the loop has noted this connection for its next flush; kept by the loop.
  boolean noted();

  void noted(boolean noted);
}

package dev.reveille.http.client;

/// Why the result of a request that was sent is unknown: the peer may have processed it or not, so
/// a repeat may do the same thing twice.
public enum Doubt {
  /// The connection was cut, or closed without an answer.
  CONNECTION_LOST,
  /// The peer stopped answering anything, pings included.
  CONNECTION_DEAD,
  /// The peer reset the stream.
  STREAM_RESET,
  /// No answer in time although the connection lives.
  NO_ANSWER,
  /// What came is not an HTTP answer.
  BAD_ANSWER,
  /// The pool was closed before the answer came.
  CLOSED
}

package dev.reveille.http.client;

/// Why a request certainly was not processed by the peer: a repeat is safe, now or later.
public enum NotSent {
  /// The queue of its priority was full.
  QUEUE_FULL,
  /// Its moment passed before a stream was free.
  TOO_LATE,
  /// Right before it was written its author no longer wanted it.
  NOT_WANTED,
  /// No connection could be had in time.
  NO_CONNECTION,
  /// Connections exist, but all streams stayed taken.
  NO_STREAM,
  /// The peer refused the stream again and again.
  REFUSED,
  /// The pool was closed.
  CLOSED,
  /// The request could not be written: a defect of its author.
  BROKEN
}

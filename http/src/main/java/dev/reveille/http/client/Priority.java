package dev.reveille.http.client;

/// The priority of a request that waits for a stream. Each has a queue and a limit of its own, so
/// that many bulk requests never take an urgent one's place.
public enum Priority {
  URGENT,
  NORMAL,
  BULK
}

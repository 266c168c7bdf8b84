package dev.reveille.http.client;

/// Which of the requests that wait for a stream leaves first. Each has a queue and a limit of its
/// own, so that many bulk requests never take an urgent one's place.
public enum Priority {
  URGENT,
  NORMAL,
  BULK
}

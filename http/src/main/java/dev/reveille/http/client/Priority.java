package dev.reveille.http.client;

/// The priority of a request that waits for a stream, or with HTTP/1.1 for a connection. Urgent
/// goes before normal, normal before bulk; the last streams are kept for urgent ones. Each priority
/// has its own queue with a limit: a request beyond it is refused. Bulk may wait until it is too
/// late.
public enum Priority {
  URGENT,
  NORMAL,
  BULK
}

package dev.reveille.http.client;

import java.util.Optional;

/// Why a request had no connection: the peer, and the failure of the newest attempt to connect.
///
/// @param peer `host:port`
/// @param failure empty when it is none of the known ones
/// @param words of the system, for operators
public record NoConnection(String peer, Optional<ConnectFailure> failure, String words) {
  @Override
  public String toString() {
    return peer + (words.isEmpty() ? "" : ": " + words);
  }
}

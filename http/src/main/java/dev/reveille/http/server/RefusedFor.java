package dev.reveille.http.server;

/// Why a listener refused a connection, as its metrics name it.
public enum RefusedFor {
  /// All places are taken.
  FULL("full"),
  /// The address has as many connections as one may.
  ADDRESS("address"),
  /// The address, or the listener, has too many TLS handshakes that did not end yet.
  HANDSHAKES("handshakes");

  private final String word;

  RefusedFor(final String word) {
    this.word = word;
  }

  /// What metrics call it.
  public String word() {
    return word;
  }
}

package dev.reveille.http.client;

import java.net.UnknownHostException;

/// Thrown when no name server answered a question about a name in time.
final class NameServerSilent extends UnknownHostException {
  private static final long serialVersionUID = 1L;

  NameServerSilent(final String host) {
    super("no name server answered for " + host);
  }
}

package dev.reveille.http.client;

import java.net.UnknownHostException;

/// No name server said anything about a name in time.
final class NameServerSilent extends UnknownHostException {
  private static final long serialVersionUID = 1L;

  NameServerSilent(final String host) {
    super("no name server answered for " + host);
  }
}

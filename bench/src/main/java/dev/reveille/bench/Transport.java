package dev.reveille.bench;

import java.util.Locale;

/// How phones reach a server.
enum Transport {
  PLAIN,
  TLS;

  String word() {
    return this == PLAIN ? "plain" : "TLS 1.3";
  }

  static Transport of(final String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}

package dev.reveille.bench;

import java.util.Locale;

/// Whether phones reach a server over TLS or in plain text.
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

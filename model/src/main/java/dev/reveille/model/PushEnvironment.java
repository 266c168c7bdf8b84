package dev.reveille.model;

import java.util.Optional;

/// To which of a push service's environments a credential may send. Only Apple has two.
public enum PushEnvironment {
  PRODUCTION("production"),
  SANDBOX("sandbox"),
  BOTH("both");

  private final String word;

  PushEnvironment(final String word) {
    this.word = word;
  }

  /// Stands on disk and in the API: never changed.
  public String word() {
    return word;
  }

  /// The one of this word; empty for a word that this version does not know.
  public static Optional<PushEnvironment> ofWord(final String word) {
    for (final var each : values()) {
      if (each.word.equals(word)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /// Whether it is the sandbox, or production, or has both.
  public boolean covers(final boolean sandbox) {
    return this == BOTH || (this == SANDBOX) == sandbox;
  }
}

package dev.reveille.model;

import java.util.UUID;

/// The one identity of a call in every frame and every push; a phone folds repeats by it.
///
/// Its order is for maps that are keyed by it: senders choose the UUID, and could choose many with
/// one hash. Keys with an order are found among such in a few steps.
public record CallId(UUID value) implements Comparable<CallId> {
  /// Reads the canonical text form.
  ///
  /// @throws IllegalArgumentException when the text is no UUID
  public static CallId of(final String text) {
    return new CallId(UUID.fromString(text));
  }

  @Override
  public int compareTo(final CallId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}

package dev.reveille.model;

import java.util.UUID;

/// The one identity of a call in every frame and every push; a phone folds repeats by it.
public record CallId(UUID value) {
  /// Reads the canonical text form.
  ///
  /// @throws IllegalArgumentException when the text is no UUID
  public static CallId of(final String text) {
    return new CallId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}

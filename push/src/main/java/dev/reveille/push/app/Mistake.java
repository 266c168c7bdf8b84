package dev.reveille.push.app;

import dev.reveille.model.Reason;

/// Why credentials cannot be used, found by looking at them only.
///
/// @param words the detail, without secrets
public record Mistake(Reason why, String words) {
  /// What a reader of credentials threw.
  public static Mistake of(final IllegalArgumentException thrown) {
    return new Mistake(
        thrown instanceof HostNotAllowed
            ? Reason.PUSH_HOST_NOT_ALLOWED
            : Reason.CREDENTIALS_REFUSED,
        String.valueOf(thrown.getMessage()));
  }
}

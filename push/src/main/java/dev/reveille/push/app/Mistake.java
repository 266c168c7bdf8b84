package dev.reveille.push.app;

import dev.reveille.model.Reason;

/// Why credentials cannot be used, found without asking the push service.
///
/// @param words the detail, without secrets
public record Mistake(Reason why, String words) {
  /// What a reader of credentials threw.
  public static Mistake of(final IllegalArgumentException thrown) {
    final var why =
        switch (thrown) {
          case HostNotAllowed _ -> Reason.PUSH_HOST_NOT_ALLOWED;
          case UnfitCertificate _ -> Reason.CERTIFICATE_UNFIT;
          default -> Reason.CREDENTIALS_REFUSED;
        };
    return new Mistake(why, String.valueOf(thrown.getMessage()));
  }
}

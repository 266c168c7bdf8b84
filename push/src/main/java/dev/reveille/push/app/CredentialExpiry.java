package dev.reveille.push.app;

import dev.reveille.model.Credential;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Tells when a credential ends, for every kind that has an end, so that the operator can be warned
/// before.
public final class CredentialExpiry {
  private CredentialExpiry() {}

  /// The moment from which the push service takes it no more; empty for one without an end, and
  /// where none was told. Of a certificate and those that issued it the earliest; Apple looks at
  /// the app's own alone, which comes first.
  public static Optional<Instant> of(final Credential credential) {
    return switch (credential) {
      case Credential.Wns wns -> ofDate(wns.expires());
      case Credential.Mpns mpns -> ofCertificates(mpns.certificate());
      case Credential.ApnsCertificate apple -> ofFirst(apple.certificate());
      case Credential.Apns _, Credential.Fcm _, Credential.WebPush _ -> Optional.empty();
    };
  }

  /// @param pem one that cannot be read has no end here; other places say what is wrong with it
  static Optional<Instant> ofCertificates(final String pem) {
    return ends(pem).stream().min(Comparator.naturalOrder());
  }

  private static Optional<Instant> ofFirst(final String pem) {
    return ends(pem).stream().findFirst();
  }

  /// In the order of the text.
  private static List<Instant> ends(final String pem) {
    try {
      return Endpoint.certificates(pem).stream()
          .map(each -> each.getNotAfter().toInstant())
          .toList();
    } catch (final IllegalArgumentException _) {
      return List.of();
    }
  }

  /// @param text a date, whose day may be in any zone, so its first moment counts; or a moment
  private static Optional<Instant> ofDate(final String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          text.indexOf('T') < 0
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : OffsetDateTime.parse(text).toInstant());
    } catch (final DateTimeException _) {
      return Optional.empty();
    }
  }
}

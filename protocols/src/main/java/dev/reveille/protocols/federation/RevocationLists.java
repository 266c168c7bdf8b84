package dev.reveille.protocols.federation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRLReason;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateRevokedException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Revocation lists (RFC 5280 section 5) from files that the operator names, and whether a
/// certificate is on one. Immutable.
///
/// A list counts only for certificates of the authority that signed it. One that is out of date
/// still revokes; whether it refuses what it does not name is the operator's choice.
final class RevocationLists {
  private final List<X509CRL> all;
  private final Collection<X509Certificate> authorities;
  private final boolean strict;
  private final Clock clock;

  /// @param authorities who may have signed the lists
  /// @param strict whether certificates are refused for which no list, or none of today, is there
  RevocationLists(
      final List<X509CRL> all,
      final Collection<X509Certificate> authorities,
      final boolean strict,
      final Clock clock) {
    this.all = List.copyOf(all);
    this.authorities = List.copyOf(authorities);
    this.strict = strict;
    this.clock = clock;
  }

  /// Reads lists, PEM or DER. Blocks on the disk.
  ///
  /// @throws IOException when a file cannot be read or holds no list; the message names it
  static List<X509CRL> read(final List<Path> files) throws IOException {
    final var lists = new ArrayList<X509CRL>();
    for (final var file : files) {
      try (var in = new ByteArrayInputStream(Files.readAllBytes(file))) {
        final var found = CertificateFactory.getInstance("X.509").generateCRLs(in);
        if (found.isEmpty()) {
          throw new IOException("there is no revocation list in " + file);
        }
        found.forEach(one -> lists.add((X509CRL) one));
      } catch (final GeneralSecurityException malformed) {
        throw new IOException("not a revocation list: " + file, malformed);
      }
    }
    return lists;
  }

  /// The names of authorities whose list should have been replaced by now.
  List<String> outOfDate() {
    return all.stream()
        .filter(list -> isOutOfDate(list, clock.instant()))
        .map(list -> list.getIssuerX500Principal().getName())
        .toList();
  }

  private static boolean isOutOfDate(final X509CRL list, final Instant now) {
    final var next = list.getNextUpdate();
    return next != null && next.toInstant().isBefore(now);
  }

  /// Judges a chain that was verified: its leaf and the authorities between.
  ///
  /// @throws CertificateException when one is revoked, or that is not known and has to be
  void check(final X509Certificate[] chain) throws CertificateException {
    for (int i = 0; i < chain.length; i++) {
      final var one = chain[i];
      if (!one.getIssuerX500Principal().equals(one.getSubjectX500Principal())) {
        check(one, issuers(chain, one));
      }
    }
  }

  /// Who issued a certificate: those of the chain and of the authorities that have the name and
  /// signed it. A peer may put anything into its chain.
  private List<X509Certificate> issuers(final X509Certificate[] chain, final X509Certificate of) {
    return Stream.concat(Arrays.stream(chain), authorities.stream())
        .filter(one -> one.getSubjectX500Principal().equals(of.getIssuerX500Principal()))
        .filter(one -> signed(one, of))
        .toList();
  }

  private static boolean signed(final X509Certificate issuer, final X509Certificate one) {
    try {
      one.verify(issuer.getPublicKey());
      return true;
    } catch (final GeneralSecurityException _) {
      return false;
    }
  }

  private void check(final X509Certificate one, final List<X509Certificate> issuers)
      throws CertificateException {
    boolean known = false;
    for (final var list : all) {
      if (list.getIssuerX500Principal().equals(one.getIssuerX500Principal())
          && issuers.stream().anyMatch(by -> signed(by, list))) {
        final var entry = list.getRevokedCertificate(one);
        if (entry != null) {
          throw revoked(one, entry.getRevocationDate());
        }
        known |= !isOutOfDate(list, clock.instant());
      }
    }
    if (strict && !known) {
      throw new CertificateException(
          new CertPathValidatorException(
              "no revocation list of today for " + one.getIssuerX500Principal().getName(),
              null,
              null,
              -1,
              BasicReason.UNDETERMINED_REVOCATION_STATUS));
    }
  }

  private static boolean signed(final X509Certificate issuer, final X509CRL list) {
    try {
      list.verify(issuer.getPublicKey());
      return true;
    } catch (final GeneralSecurityException _) {
      return false;
    }
  }

  private static CertificateException revoked(final X509Certificate one, final Date since) {
    return new CertificateRevokedException(
        since, CRLReason.UNSPECIFIED, one.getIssuerX500Principal(), Map.of());
  }
}

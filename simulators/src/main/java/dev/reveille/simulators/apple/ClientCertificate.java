package dev.reveille.simulators.apple;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.jspecify.annotations.Nullable;

/// The client certificate of a sender, with what Apple reads from it.
///
/// @param topics it may push to
record ClientCertificate(X509Certificate own, Set<String> topics) {
  private static final String SANDBOX = "1.2.840.113635.100.6.3.1";
  private static final String PRODUCTION = "1.2.840.113635.100.6.3.2";
  private static final String UNIVERSAL = "1.2.840.113635.100.6.3.6";

  /// Null when the sender showed none.
  static @Nullable ClientCertificate of(final SSLSession session) {
    try {
      final var own = (X509Certificate) session.getPeerCertificates()[0];
      return new ClientCertificate(own, topics(own));
    } catch (SSLPeerUnverifiedException _) {
      return null;
    }
  }

  private static Set<String> topics(final X509Certificate own) {
    final var all = new LinkedHashSet<String>();
    final byte[] listed = own.getExtensionValue(UNIVERSAL);
    try {
      if (listed != null) {
        final byte[] inside = ASN1OctetString.getInstance(listed).getOctets();
        for (final var each : ASN1Sequence.getInstance(inside)) {
          if (each instanceof final ASN1UTF8String topic) {
            all.add(topic.getString());
          }
        }
        return all;
      }
      for (final var part : new LdapName(own.getSubjectX500Principal().getName()).getRdns()) {
        if (part.getType().equalsIgnoreCase("UID")) {
          all.add(String.valueOf(part.getValue()));
        }
      }
    } catch (InvalidNameException | IllegalArgumentException _) {
      all.clear(); // judged as one that Apple did not issue
    }
    return all;
  }

  /// What is wrong with it here and now, or null.
  ///
  /// @param authority that issues such certificates
  @Nullable AppleReason fault(
      final X509Certificate authority, final boolean sandbox, final Instant now) {
    final boolean forSandbox = own.getExtensionValue(SANDBOX) != null;
    final boolean forProduction = own.getExtensionValue(PRODUCTION) != null;
    try {
      own.verify(authority.getPublicKey());
      own.checkValidity(Date.from(now));
    } catch (GeneralSecurityException _) {
      return AppleReason.BadCertificate;
    }
    if (topics.isEmpty() || !forSandbox && !forProduction) {
      return AppleReason.BadCertificate;
    }
    return (sandbox ? forSandbox : forProduction) ? null : AppleReason.BadCertificateEnvironment;
  }
}

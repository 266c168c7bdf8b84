package dev.reveille.push.apns;

import dev.reveille.http.client.ClientTarget.ClientIdentity;
import dev.reveille.model.Credential;
import dev.reveille.model.PushEnvironment;
import dev.reveille.push.app.IdentityFiles;
import dev.reveille.push.app.UnfitCertificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1String;
import org.jspecify.annotations.Nullable;

/// A certificate by which Apple knows an app, and what Apple wrote into it: the environments, the
/// topics, and the days on which it holds. Immutable.
///
/// | extension | says |
/// |---|---|
/// | 1.2.840.113635.100.6.3.1 | good for the sandbox |
/// | 1.2.840.113635.100.6.3.2 | good for production |
/// | 1.2.840.113635.100.6.3.6 | the topics of one that is universal; else there is the subject's UID |
public final class AppleCertificate {
  private static final String SANDBOX = "1.2.840.113635.100.6.3.1";
  private static final String PRODUCTION = "1.2.840.113635.100.6.3.2";
  private static final String TOPICS = "1.2.840.113635.100.6.3.6";

  private static final String KEY_FIELD = "privateKey";

  private final @Nullable ClientIdentity identity;
  private final X509Certificate own;
  private final String bundleId;
  private final Set<String> topics;

  private AppleCertificate(
      final @Nullable ClientIdentity identity,
      final X509Certificate own,
      final String bundleId,
      final Set<String> topics) {
    this.identity = identity;
    this.own = own;
    this.bundleId = bundleId;
    this.topics = topics;
  }

  /// Reads certificate and key; what time it is does not matter here.
  ///
  /// @throws IllegalArgumentException that begins with the field that is wrong, an
  ///   [UnfitCertificate] where Apple did not issue it for pushes
  public static AppleCertificate of(final Credential.ApnsCertificate credential) {
    final var identity = IdentityFiles.read(credential.certificate(), credential.key(), KEY_FIELD);
    return read(identity.chain().getFirst(), identity);
  }

  /// Reads the certificate alone, for what it says: the key costs a signature, and has no say in
  /// that.
  ///
  /// @throws IllegalArgumentException as [#of]
  public static AppleCertificate withoutKey(final Credential.ApnsCertificate credential) {
    return read(IdentityFiles.certificates(credential.certificate(), KEY_FIELD).getFirst(), null);
  }

  private static AppleCertificate read(
      final X509Certificate own, final @Nullable ClientIdentity identity) {
    if (own.getExtensionValue(SANDBOX) == null && own.getExtensionValue(PRODUCTION) == null) {
      throw new UnfitCertificate(
          "certificate: is none of Apple's for pushes, neither for production nor for the sandbox");
    }
    final var subject = subject(own);
    final var topics = new LinkedHashSet<>(listed(own));
    if (topics.isEmpty()) {
      topics.add(subject);
    }
    topics.remove("");
    if (topics.isEmpty()) {
      throw new UnfitCertificate("certificate: names no topic, and its subject has no UID");
    }
    return new AppleCertificate(
        identity,
        own,
        withoutSuffix(subject.isEmpty() ? topics.iterator().next() : subject),
        topics);
  }

  /// The subject's UID, or "".
  private static String subject(final X509Certificate own) {
    try {
      return new LdapName(own.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(part -> part.getType().equalsIgnoreCase("UID"))
              .map(part -> String.valueOf(part.getValue()))
              .findFirst()
              .orElse("");
    } catch (InvalidNameException e) {
      throw new UnfitCertificate("certificate: its subject cannot be read");
    }
  }

  /// Topics and, after each, for what kinds of app it is; the kinds say nothing that we need.
  private static List<String> listed(final X509Certificate own) {
    final byte[] value = own.getExtensionValue(TOPICS);
    if (value == null) {
      return List.of();
    }
    try {
      final byte[] inside = ASN1OctetString.getInstance(value).getOctets();
      final var all = new LinkedHashSet<String>();
      for (final var each : ASN1Sequence.getInstance(inside)) {
        if (each instanceof final ASN1String topic) {
          all.add(topic.getString());
        }
      }
      return List.copyOf(all);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new UnfitCertificate("certificate: its list of topics cannot be read");
    }
  }

  private static String withoutSuffix(final String topic) {
    return NativeForm.suffixes()
        .filter(topic::endsWith)
        .findFirst()
        .map(suffix -> topic.substring(0, topic.length() - suffix.length()))
        .orElse(topic);
  }

  /// What is shown in the handshake.
  ClientIdentity identity() {
    if (identity == null) {
      throw new IllegalStateException("it was read without its key");
    }
    return identity;
  }

  /// The app's bundle id, as the certificate's subject says it.
  public String bundleId() {
    return bundleId;
  }

  /// Topics with their suffixes, in the certificate's order.
  public List<String> topics() {
    return List.copyOf(topics);
  }

  /// Its last moment.
  public Instant until() {
    return own.getNotAfter().toInstant();
  }

  /// The environments it is good for.
  public PushEnvironment environment() {
    if (own.getExtensionValue(SANDBOX) == null) {
      return PushEnvironment.PRODUCTION;
    }
    return own.getExtensionValue(PRODUCTION) == null
        ? PushEnvironment.SANDBOX
        : PushEnvironment.BOTH;
  }

  /// @param topic with its suffix
  boolean covers(final boolean inSandbox, final String topic) {
    return environment().covers(inSandbox) && topics.contains(topic);
  }

  /// Why it does not hold at a moment, or "".
  String outOfTime(final Instant now) {
    if (now.isAfter(until())) {
      return "certificate: ended " + until();
    }
    final var from = own.getNotBefore().toInstant();
    return now.isBefore(from) ? "certificate: holds only from " + from + " on" : "";
  }

  /// Its first moment, and the first one at which it holds no more: [#outOfTime] answers otherwise
  /// from each of them on.
  Stream<Instant> turns() {
    return Stream.of(own.getNotBefore().toInstant(), until().plusNanos(1));
  }

  /// Looks whether it can be used for what it is given for.
  ///
  /// @param app the bundle id that pushes go out under, or "" where that is not known yet
  /// @throws UnfitCertificate that says why not
  void checkFor(final String app, final PushEnvironment wanted, final Instant now) {
    final var untimely = outOfTime(now);
    if (!untimely.isEmpty()) {
      throw new UnfitCertificate(untimely);
    }
    if (wanted != PushEnvironment.BOTH
        && !environment().covers(wanted == PushEnvironment.SANDBOX)) {
      throw new UnfitCertificate(
          "certificate: is for " + environment().word() + ", not for " + wanted.word());
    }
    final boolean fits =
        app.isEmpty() || topics.stream().map(AppleCertificate::withoutSuffix).anyMatch(app::equals);
    if (!fits) {
      throw new UnfitCertificate(
          "certificate: is for "
              + String.join(", ", topics)
              + ", and the app's bundle id is "
              + app);
    }
  }

  /// What it is for, in words.
  @Override
  public String toString() {
    return "a certificate for " + environment().word() + " of " + String.join(", ", topics);
  }
}

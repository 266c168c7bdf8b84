package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Credential;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.Reason;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.Mistake;
import dev.reveille.simulators.apple.PushAuthority;
import dev.reveille.simulators.apple.PushAuthority.Issued;
import dev.reveille.simulators.apple.PushAuthority.Wish;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a certificate is good for, and the words for one that is good for nothing here.
final class AppleCertificateTest {
  private static final String APP = "org.example.phone";
  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private static final PushAuthority AUTHORITY = PushAuthority.make();
  private static final Wish UNIVERSAL = Wish.universal(APP);

  private static Credential.ApnsCertificate shown(final Issued issued) {
    return new Credential.ApnsCertificate(
        issued.certificatePem() + AUTHORITY.pem(), issued.keyPem(), "", "", "");
  }

  private static Optional<Mistake> mistake(
      final Credential.ApnsCertificate credential,
      final String app,
      final PushEnvironment environment) {
    return ApnsSender.mistake(credential, AllowedHosts.SERVICES, app, environment, NOW);
  }

  private static Mistake unfit(
      final Wish wish, final String app, final PushEnvironment environment) {
    final var found = mistake(shown(AUTHORITY.issue(wish)), app, environment).orElseThrow();
    assertEquals(Reason.CERTIFICATE_UNFIT, found.why(), found.words());
    return found;
  }

  private static AppleCertificate read(final Wish wish) {
    return AppleCertificate.of(shown(AUTHORITY.issue(wish)));
  }

  @Test
  void a_universal_one_covers_the_topics_in_its_list_and_no_others() {
    final var read = read(UNIVERSAL);
    assertEquals(APP, read.bundleId());
    assertEquals(List.of(APP, APP + ".voip", APP + ".complication"), read.topics());
    assertEquals(PushEnvironment.BOTH, read.environment());
    assertTrue(read.covers(true, APP + ".voip"));
    assertFalse(read.covers(true, APP + ".location-query"));
    assertFalse(read.covers(true, APP + ".beta"));
  }

  @Test
  void one_without_a_list_covers_its_subjects_topic_alone() {
    final var live = read(UNIVERSAL.forTopics().in(true, false));
    assertEquals(List.of(APP), live.topics());
    assertTrue(live.covers(false, APP));
    assertFalse(live.covers(true, APP), "the sandbox");
    assertFalse(live.covers(false, APP + ".voip"));
    assertEquals(PushEnvironment.SANDBOX, read(UNIVERSAL.in(false, true)).environment());
    final var calls =
        read(new Wish(APP + ".voip", List.of(), true, true, NOW, NOW.plusSeconds(60)));
    assertEquals(APP, calls.bundleId(), "calls go out under the app's bundle id");
    assertEquals(
        Optional.empty(), mistake(shown(AUTHORITY.issue(UNIVERSAL)), APP, PushEnvironment.BOTH));
  }

  @Test
  void one_of_another_app_or_environment_or_time_is_refused() {
    assertEquals(
        "certificate: is for org.example.phone, org.example.phone.voip,"
            + " org.example.phone.complication, and the app's bundle id is org.example.chat",
        unfit(UNIVERSAL, "org.example.chat", PushEnvironment.BOTH).words());
    unfit(UNIVERSAL, APP + ".beta", PushEnvironment.BOTH);
    unfit(Wish.universal(APP + ".beta"), APP, PushEnvironment.BOTH);
    assertEquals(
        "certificate: is for production, not for sandbox",
        unfit(UNIVERSAL.in(true, false), APP, PushEnvironment.SANDBOX).words());
    final var over = NOW.minusSeconds(60);
    assertEquals(
        "certificate: ended " + over,
        unfit(UNIVERSAL.during(over.minusSeconds(60), over), APP, PushEnvironment.BOTH).words());
    final var soon = NOW.plusSeconds(600);
    assertEquals(
        "certificate: holds only from " + soon + " on",
        unfit(UNIVERSAL.during(soon, soon.plusSeconds(60)), APP, PushEnvironment.BOTH).words());
    assertTrue(
        unfit(UNIVERSAL.in(false, false), APP, PushEnvironment.BOTH)
            .words()
            .startsWith("certificate: is none of Apple's for pushes"));
    assertEquals(
        Optional.empty(), mistake(shown(AUTHORITY.issue(UNIVERSAL)), "", PushEnvironment.SANDBOX));
  }

  @Test
  void files_that_are_no_certificate_and_key_name_their_field() {
    final var issued = AUTHORITY.issue(UNIVERSAL);
    final var others = AUTHORITY.issue(UNIVERSAL);
    assertEquals(
        Optional.of(
            new Mistake(
                Reason.CREDENTIALS_REFUSED,
                "privateKey: does not belong to the first certificate; the app's own certificate"
                    + " comes first, then those that issued it")),
        mistake(
            new Credential.ApnsCertificate(issued.certificatePem(), others.keyPem(), "", "", ""),
            APP,
            PushEnvironment.BOTH));
    final var both = issued.certificatePem() + issued.keyPem();
    assertEquals(
        "certificate: holds a private key; that goes into the field `privateKey`",
        words(both, issued.keyPem()));
    assertTrue(words("what is this", issued.keyPem()).startsWith("certificate: "));
    assertTrue(words(issued.certificatePem(), "what").startsWith("privateKey: must be a private"));
    final var web = LoopbackCertificates.make();
    assertTrue(words(web.leafPem(), web.keyPem()).startsWith("certificate: is none of Apple's"));
    assertEquals("ApnsCertificate[…]", shown(issued).toString(), "neither half of it in a log");
  }

  @Test
  void what_it_is_for_is_read_without_a_look_at_the_key() {
    final var issued = AUTHORITY.issue(UNIVERSAL);
    final var read =
        AppleCertificate.withoutKey(
            new Credential.ApnsCertificate(issued.certificatePem(), "no key", "", "", ""));
    assertEquals(APP, read.bundleId());
    assertEquals(List.of(APP, APP + ".voip", APP + ".complication"), read.topics());
    assertThrows(IllegalStateException.class, read::identity);
  }

  private static String words(final String certificate, final String key) {
    final var credential = new Credential.ApnsCertificate(certificate, key, "", "", "");
    return mistake(credential, APP, PushEnvironment.BOTH).orElseThrow().words();
  }
}

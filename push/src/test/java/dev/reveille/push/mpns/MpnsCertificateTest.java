package dev.reveille.push.mpns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.UnreachablePeer;
import dev.reveille.model.AppCredential;
import dev.reveille.model.Cause;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.Reason;
import dev.reveille.push.SenderStage;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.OperatorAlerts;
import dev.reveille.push.app.WayOut;
import dev.reveille.push.url.UrlSender;
import dev.reveille.push.url.UrlSettings;
import dev.reveille.push.windows.WindowsStage;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An app with a certificate shows it on connections of its own; what is wrong with certificate or
/// key is said before.
final class MpnsCertificateTest {
  private static final LoopbackCertificates MINE = LoopbackCertificates.make();
  private static final LoopbackCertificates OTHERS = LoopbackCertificates.make();
  @AutoClose private static WindowsStage stage;

  @BeforeAll
  static void open() {
    stage = MpnsStage.open(true);
    stage.tokens.answer = _ -> "200 ";
  }

  private static String certificate(final LoopbackCertificates of) throws Exception {
    return LoopbackCertificates.pem("CERTIFICATE", of.chain().getFirst().getEncoded());
  }

  private static String key(final LoopbackCertificates of) {
    return LoopbackCertificates.pem("PRIVATE KEY", of.leafKey().getPrivate().getEncoded());
  }

  private static String serial(final LoopbackCertificates of) {
    return of.chain().getFirst().getSerialNumber().toString();
  }

  private static void send() throws Exception {
    final var to = stage.at(stage.tokens.url() + "/unthrottledthirdparty/01.00/A");
    assertInstanceOf(HandedOver.class, stage.send(stage.ring(to)));
  }

  @Test
  void each_certificate_has_connections_of_its_own() throws Exception {
    stage.fresh(new Credential.Mpns(certificate(MINE), key(MINE)));
    send();
    assertEquals(serial(MINE), stage.tokens.asked.getLast().subject());
    assertEquals("/unthrottledthirdparty/01.00/A", stage.tokens.asked.getLast().path());
    stage.fresh(new Credential.Mpns(certificate(OTHERS) + OTHERS.authorityPem(), key(OTHERS)));
    send();
    assertEquals(serial(OTHERS), stage.tokens.asked.getLast().subject());
  }

  @Test
  void without_a_certificate_a_service_that_wants_one_is_not_reached() throws Exception {
    stage.fresh(MpnsStage.NOTHING);
    final int before = stage.tokens.asked.size();
    final var to = stage.at(stage.tokens.url() + "/unthrottledthirdparty/01.00/A");
    final var told = SenderStage.told(stage.send(stage.ring(to)));
    assertTrue(!told.startsWith("handed-over"), told);
    assertEquals(before, stage.tokens.asked.size());
  }

  @Test
  void a_certificate_that_is_refused_in_the_handshake_is_a_refused_credential() throws Exception {
    final var outcome = whereNoneIsTaken(new Credential.Mpns(certificate(MINE), key(MINE)));
    final var told = assertInstanceOf(Withheld.class, outcome, outcome::toString);
    assertEquals(Reason.CREDENTIALS_REFUSED, told.why());
    assertEquals(ServiceReply.MOMENT, told.reply());
    assertTrue(told.theirWords().contains("Received fatal alert: cert"), told.theirWords());
  }

  @Test
  void an_app_without_a_certificate_does_not_reach_a_service_that_refuses_it_so() throws Exception {
    final var told = assertInstanceOf(TryAgain.class, whereNoneIsTaken(MpnsStage.NOTHING));
    assertEquals(Reason.SERVICE_UNREACHABLE, told.why());
    assertEquals(Optional.of(Cause.TLS_IDENTITY), told.cause(), told.theirWords());
  }

  /// What becomes of a push to a service that takes no certificate, and wants one.
  private static DeliveryOutcome whereNoneIsTaken(final Credential.Mpns credential)
      throws Exception {
    final var certificates = LoopbackCertificates.make();
    final var loops = ClientEventLoops.start(1, "refused-test");
    try (var peer = UnreachablePeer.tlsThatWantsCertificates(certificates)) {
      final var here = "127.0.0.1:" + peer.number();
      final var settings =
          UrlSettings.of(
              new WayOut(
                  AllowedHosts.SERVICES.with(List.of(here)),
                  Map.of(here, List.of(certificates.authority())),
                  Map.of(),
                  Optional.empty()));
      final var sender =
          new UrlSender<>(
              new MpnsService("New message", settings, loops),
              _ -> List.of(new AppCredential(credential)),
              loops,
              settings,
              stage.clock,
              OperatorAlerts.LOG);
      final var heard = new LinkedBlockingQueue<DeliveryOutcome>();
      sender.send(
          List.of(stage.ring(stage.at("https://" + here + "/A"))),
          (_, outcome) -> heard.add(outcome));
      final var told = heard.poll(20, TimeUnit.SECONDS);
      sender.close();
      assertNotNull(told, "no outcome");
      return told;
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none | none | fine",
        "mine | mine | fine",
        "none | mine | certificate: is missing beside the key",
        "mine | none | key: is missing beside the certificate",
        "mine | others | key: does not belong to the first certificate",
        "authority | mine | key: does not belong to the first certificate",
        "words | mine | certificate: must be X.509 certificates in PEM",
        "key | mine | certificate: holds a private key",
        "mine | words | key: must be a private key in PEM, PKCS#8",
        "mine | pkcs1 | key: must be PKCS#8",
        "mine | encrypted | key: is encrypted",
        "mine | damaged | key: is no EC key",
      })
  void mistakes_are_named(final String certificate, final String key, final String expected)
      throws Exception {
    final var found =
        stage.sender.mistake(new Credential.Mpns(text(certificate, true), text(key, false)));
    final var words = found.map(mistake -> mistake.words()).orElse("fine");
    assertTrue(words.startsWith(expected), words);
    assertEquals(expected.equals("fine"), found.equals(Optional.empty()));
  }

  private static String text(final String what, final boolean certificate) throws Exception {
    return switch (what) {
      case "none" -> "";
      case "mine" -> certificate ? certificate(MINE) : key(MINE);
      case "others" -> key(OTHERS);
      case "authority" -> MINE.authorityPem();
      case "key" -> key(MINE);
      case "pkcs1" -> key(MINE).replace("PRIVATE", "RSA PRIVATE");
      case "encrypted" -> key(MINE).replace("PRIVATE", "ENCRYPTED PRIVATE");
      case "damaged" -> key(MINE).replaceFirst("\nM.", "\nXX");
      default -> "what is this";
    };
  }
}

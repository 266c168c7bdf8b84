package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.NameServer;
import dev.reveille.http.client.NameServers;
import dev.reveille.http.client.UnreachablePeer;
import dev.reveille.model.Cause;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Each cause for which Apple cannot be reached, made for real, is told with the push's outcome.
final class UnreachableAppleTest {
  private static final LoopbackCertificates GOOD = LoopbackCertificates.make();

  private static ApnsStage stage(final NameServers names) {
    final var pool =
        ApnsStage.QUICK
            .withConnectPatience(Duration.ofMillis(200))
            .withQueuePatience(Duration.ofMillis(600))
            .withNameServers(names);
    return new ApnsStage(AppleOptions.DEFAULT, ApnsSettings.DEFAULT.withPool(pool));
  }

  private static void assertTold(
      final Cause expected,
      final String peer,
      final LoopbackCertificates trusted,
      final NameServers names)
      throws InterruptedException {
    try (var stage = stage(names)) {
      final var credential =
          new Credential.Apns(
              stage.key.team(),
              stage.key.keyId(),
              stage.key.pem(),
              "https://" + peer,
              "https://" + peer,
              trusted.authorityPem());
      stage.app = Optional.of(new ApnsApps.ApnsApp(ApnsStage.BUNDLE, credential));
      stage.sender.forget(ApnsStage.APP);
      final var push = stage.notice(stage.address(PushChannel.MESSAGE));
      final var outcome = assertInstanceOf(TryAgain.class, stage.send(push));
      assertEquals(Reason.SERVICE_UNREACHABLE, outcome.why());
      assertEquals(Optional.of(expected), outcome.cause(), outcome.theirWords());
      assertEquals(ServiceReply.NOTHING, outcome.reply());
      assertTrue(outcome.theirWords().startsWith(peer + ": "), outcome.theirWords());
    }
  }

  private static void assertTold(
      final Cause expected, final UnreachablePeer peer, final LoopbackCertificates trusted)
      throws InterruptedException {
    assertTold(expected, "127.0.0.1:" + peer.number(), trusted, NameServers.OF_THE_SYSTEM);
  }

  @Test
  void the_name_is_not_known() throws Exception {
    try (var server = new NameServer(NameServer.Says.NO_SUCH_NAME)) {
      assertTold(Cause.NAME_UNKNOWN, "api.push.apple.com:443", GOOD, server.alone());
    }
  }

  @Test
  void the_name_server_is_silent() throws Exception {
    try (var server = new NameServer(NameServer.Says.NOTHING)) {
      assertTold(Cause.DNS_SILENT, "api.push.apple.com:443", GOOD, server.alone());
    }
  }

  @Test
  void the_port_is_closed() throws Exception {
    final String peer = "127.0.0.1:" + UnreachablePeer.closedPort();
    assertTold(Cause.REFUSED, peer, GOOD, NameServers.OF_THE_SYSTEM);
  }

  @Test
  void the_port_is_deaf() throws Exception {
    try (var peer = UnreachablePeer.deaf()) {
      assertTold(Cause.TIMED_OUT, peer, GOOD);
    }
    try (var peer = UnreachablePeer.full()) {
      assertTold(Cause.TIMED_OUT, peer, GOOD);
    }
  }

  @Test
  void a_proxy_answers_in_plain_text() throws Exception {
    try (var peer = UnreachablePeer.plainHttp()) {
      assertTold(Cause.PROXY, peer, GOOD);
    }
  }

  @Test
  void the_certificate_is_of_an_unknown_authority() throws Exception {
    try (var peer = UnreachablePeer.tls(LoopbackCertificates.make())) {
      assertTold(Cause.TLS_AUTHORITY, peer, GOOD);
    }
  }

  @Test
  void the_certificate_has_expired() throws Exception {
    final var expired = LoopbackCertificates.expired();
    try (var peer = UnreachablePeer.tls(expired)) {
      assertTold(Cause.TLS_EXPIRED, peer, expired);
    }
  }

  @Test
  void the_certificate_has_another_name() throws Exception {
    final var other = LoopbackCertificates.forHost("elsewhere.example");
    try (var peer = UnreachablePeer.tls(other)) {
      assertTold(Cause.TLS_NAME, peer, other);
    }
  }

  @Test
  void the_other_side_speaks_only_http_1() throws Exception {
    try (var peer = UnreachablePeer.tls(GOOD)) {
      assertTold(Cause.NO_HTTP2, peer, GOOD);
    }
  }
}

package dev.reveille.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.AddressGuard;
import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.ClientTarget;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.NameServer;
import dev.reveille.http.client.NameServers;
import dev.reveille.http.client.PoolSettings;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.client.UnreachablePeer;
import dev.reveille.model.Cause;
import dev.reveille.model.Reason;
import dev.reveille.push.app.TokenEndpoint;
import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// The endpoint for access tokens is asked by another client, and out of reach for the same causes.
final class UnreachableTokenEndpointTest {
  private static final LoopbackCertificates GOOD = LoopbackCertificates.make();
  private static final EventLoopGroup LOOPS = ClientEventLoops.start(1, "token-causes");

  private static final KeyPair KEYS = keys();

  private static KeyPair keys() {
    try {
      final var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2_048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot make RSA keys", e);
    }
  }

  @AfterAll
  static void stopLoops() {
    LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static void assertTold(
      final Cause expected,
      final String peer,
      final LoopbackCertificates trusted,
      final NameServers names)
      throws Exception {
    final var uri = URI.create("https://" + peer + "/token");
    final var account =
        new ServiceAccountFile("project", "a@example.org", "1", KEYS.getPrivate(), uri);
    final var read = PublicUrl.of(uri.toString(), AddressGuard.OPERATOR, false);
    try (var request =
        new TokenEndpoint(
            read,
            ClientTarget.of(
                read.host(), read.port(), List.of(trusted.authority()), HttpVersions.EITHER),
            Duration.ofMillis(800),
            LOOPS,
            PoolSettings.DEFAULT.withNameServers(names).withConnectPatience(Duration.ofMillis(400)),
            new GoogleStatement(account, InstantSource.system()))) {
      final var later = assertInstanceOf(TokenEndpoint.Result.Later.class, request.ask());
      assertEquals(Reason.SERVICE_UNREACHABLE, later.why());
      assertEquals(Optional.of(expected), later.cause(), later.words());
      assertTrue(later.words().startsWith("no access token: " + peer), later.words());
    }
  }

  private static void assertTold(
      final Cause expected, final UnreachablePeer peer, final LoopbackCertificates trusted)
      throws Exception {
    assertTold(expected, "127.0.0.1:" + peer.number(), trusted, NameServers.OF_THE_SYSTEM);
  }

  @Test
  void the_name_is_not_known() throws Exception {
    try (var server = new NameServer(NameServer.Says.NO_SUCH_NAME)) {
      assertTold(Cause.NAME_UNKNOWN, "oauth2.googleapis.com:443", GOOD, server.alone());
    }
  }

  @Test
  void the_name_server_is_silent() throws Exception {
    try (var server = new NameServer(NameServer.Says.NOTHING)) {
      assertTold(Cause.DNS_SILENT, "oauth2.googleapis.com:443", GOOD, server.alone());
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
  void there_is_no_way_to_the_address() throws Exception {
    // TCP to a multicast address: the system refuses before anything leaves
    assertTold(Cause.NO_ROUTE, "224.0.0.1:443", GOOD, NameServers.OF_THE_SYSTEM);
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
}

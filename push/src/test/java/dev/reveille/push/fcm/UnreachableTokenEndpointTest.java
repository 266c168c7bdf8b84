package dev.reveille.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.AddressGuard;
import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.ClientTarget;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.NameServers;
import dev.reveille.http.client.PoolSettings;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.Cause;
import dev.reveille.model.Reason;
import dev.reveille.push.app.TokenEndpoint;
import dev.reveille.push.app.UnreachableContract;
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
final class UnreachableTokenEndpointTest extends UnreachableContract {
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

  @Override
  protected void assertTold(
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

  @Override
  protected String host() {
    return "oauth2.googleapis.com:443";
  }

  @Test
  void there_is_no_way_to_the_address() throws Exception {
    // TCP to a multicast address: the system refuses before anything leaves
    assertTold(Cause.NO_ROUTE, "224.0.0.1:443", GOOD, NameServers.OF_THE_SYSTEM);
  }
}

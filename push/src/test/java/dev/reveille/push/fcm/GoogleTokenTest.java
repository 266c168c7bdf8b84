package dev.reveille.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.reveille.http.client.AddressGuard;
import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.ClientTarget;
import dev.reveille.http.client.PoolSettings;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.Reason;
import dev.reveille.push.app.TokenEndpoint;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// A token endpoint that behaves worse than Google's ever did.
final class GoogleTokenTest {
  private static final EventLoopGroup loops = ClientEventLoops.start(1, "token-test");

  @AfterAll
  static void stopLoops() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /// What the endpoint answers with; then it keeps the connection open.
  private static TokenEndpoint.Result asked(final String answer) throws Exception {
    final var keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2_048);
    final var key = keys.generateKeyPair().getPrivate();
    try (var endpoint = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      final var serving = Thread.ofVirtual().start(() -> serve(endpoint, answer));
      final var uri = URI.create("http://127.0.0.1:" + endpoint.getLocalPort() + "/token");
      final var account = new ServiceAccountFile("project", "a@example.org", "1", key, uri);
      final var read = PublicUrl.of(uri.toString(), AddressGuard.OPERATOR, true);
      try (var request =
          new TokenEndpoint(
              read,
              ClientTarget.plain(read.host(), read.port()),
              Duration.ofSeconds(1),
              loops,
              PoolSettings.DEFAULT,
              new GoogleStatement(account, InstantSource.system()))) {
        return assertTimeoutPreemptively(Duration.ofSeconds(20), request::ask);
      } finally {
        serving.interrupt();
        serving.join();
      }
    }
  }

  private static void serve(final ServerSocket endpoint, final String answer) {
    try (Socket client = endpoint.accept()) {
      final var _ = client.getInputStream().read(new byte[8_192]);
      client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      while (client.getInputStream().read() >= 0) {
        // until the other side has enough
      }
    } catch (IOException _) {
      // the test is over, or the other side had enough
    }
  }

  @Test
  void an_answer_whose_body_stalls_is_not_waited_for_longer_than_one_that_never_begins()
      throws Exception {
    final var result = asked("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"access_token\":");
    final var later = assertInstanceOf(TokenEndpoint.Result.Later.class, result);
    assertEquals(Reason.SERVICE_UNREACHABLE, later.why());
  }

  @Test
  void an_answer_without_end_is_not_gathered() throws Exception {
    final var result =
        asked("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + " ".repeat(200_000));
    final var later = assertInstanceOf(TokenEndpoint.Result.Later.class, result);
    assertEquals(Reason.SERVICE_UNAVAILABLE, later.why());
    assertEquals("no access token: the answer holds none", later.words());
  }
}

package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.ClientTarget.ClientIdentity;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.PushAuthority;
import dev.reveille.simulators.apple.PushAuthority.Issued;
import dev.reveille.simulators.apple.PushAuthority.Wish;
import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A peer that refuses our certificate in the TLS handshake, with each word that TLS has for it, is
/// told from one that is out of reach and from one whose own certificate we refuse. OpenSSL is the
/// peer where the moment of the alert matters.
final class RefusedIdentityTest {
  /// Longer than a test waits for a result: what waits is told at once.
  private static final PoolSettings PATIENT =
      PoolSettings.DEFAULT.withQueuePatience(Duration.ofMinutes(2));

  private static final String APP = "org.example.app";
  private static final PushAuthority AUTHORITY = PushAuthority.make();
  private static final LoopbackCertificates SERVER = LoopbackCertificates.make();

  private static final int READ_MOST = 4_096;

  /// What OpenSSL needs to issue a certificate and to revoke it.
  private static final String ISSUING =
      """
      [req]
      distinguished_name = name
      prompt = no
      [name]
      CN = issuer
      [issuer]
      basicConstraints = critical, CA:true
      [own]
      basicConstraints = CA:false
      [ca]
      default_ca = it
      [it]
      database = index
      default_md = sha256
      default_crl_days = 1
      """;

  @TempDir private static Path folder;
  private static EventLoopGroup loops;

  /// Which protocol is spoken over TLS. With HTTP/1.1 a request is written as soon as our side of
  /// the handshake is over, with HTTP/2 only when the peer has said something.
  private enum Spoken {
    HTTP_1_1(HttpVersions.HTTP_1_1),
    HTTP_2(HttpVersions.HTTP_2);

    private final HttpVersions versions;

    Spoken(final HttpVersions versions) {
      this.versions = versions;
    }
  }

  @BeforeAll
  static void prepare() throws Exception {
    loops = ClientEventLoops.start(1, "identity-test");
    Files.writeString(folder.resolve("server.pem"), SERVER.leafPem());
    Files.writeString(folder.resolve("server.key"), SERVER.keyPem());
    Files.writeString(folder.resolve("issuer.pem"), AUTHORITY.pem());
  }

  @AfterAll
  static void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static ClientIdentity identity(final Issued issued) {
    return new ClientIdentity(issued.key(), List.of(issued.certificate()));
  }

  private static ClientIdentity issued(final Wish wish) {
    return identity(AUTHORITY.issue(wish));
  }

  private static ClientTarget target(
      final int port, final HttpVersions versions, final @Nullable ClientIdentity identity) {
    final var anchors = List.of(SERVER.authority());
    final var target = ClientTarget.of("127.0.0.1", port, anchors, versions);
    return identity == null ? target : target.withIdentity(anchors, identity);
  }

  private static NoConnection told(final ClientTarget target) throws InterruptedException {
    try (var pool = new ClientPool("test", loops, target, PATIENT, PoolListener.NONE)) {
      final var probes = Probe.many(3);
      pool.send(probes);
      for (final var probe : probes) {
        assertEquals(NotSent.NO_CONNECTION, probe.result());
      }
      return probes.getLast().told();
    }
  }

  private static void assertRefused(
      final String alert,
      final Spoken spoken,
      final @Nullable ClientIdentity identity,
      final String... options)
      throws Exception {
    try (var server = new OpenSslServer(folder, options)) {
      final var told = told(target(server.port(), spoken.versions, identity));
      assertEquals(Optional.of(ConnectFailure.IDENTITY_REFUSED), told.failure(), told.words());
      assertTrue(told.words().startsWith("TLS: "), told.words());
      assertTrue(told.words().endsWith("Received fatal alert: " + alert), told.words());
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_certificate_whose_time_is_over(final Spoken spoken) throws Exception {
    final var now = Instant.now();
    final var over = Wish.universal(APP).during(now.minusSeconds(90), now.minusSeconds(30));
    for (final var version : List.of("-tls1_2", "-tls1_3")) {
      assertRefused("certificate_expired", spoken, issued(over), "-CAfile", "issuer.pem", version);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_certificate_of_an_authority_that_the_peer_does_not_know(final Spoken spoken)
      throws Exception {
    final var made = LoopbackCertificates.client(APP);
    final var other = new ClientIdentity(made.leafKey().getPrivate(), made.chain());
    for (final var version : List.of("-tls1_2", "-tls1_3")) {
      // without a list of authorities: by one our side would see that it has nothing to show
      assertRefused("unknown_ca", spoken, other, "-verifyCAfile", "issuer.pem", version);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_certificate_that_is_for_servers(final Spoken spoken) throws Exception {
    final var own = new ClientIdentity(SERVER.leafKey().getPrivate(), SERVER.chain());
    Files.writeString(folder.resolve("own-issuer.pem"), SERVER.authorityPem());
    assertRefused("unsupported_certificate", spoken, own, "-CAfile", "own-issuer.pem");
  }

  @ParameterizedTest
  @EnumSource
  void no_certificate_at_all(final Spoken spoken) throws Exception {
    assertRefused("certificate_required", spoken, null, "-CAfile", "issuer.pem", "-tls1_3");
  }

  @ParameterizedTest
  @EnumSource
  void a_certificate_that_was_revoked(final Spoken spoken, @TempDir final Path issuing)
      throws Exception {
    Files.writeString(issuing.resolve("issue.cnf"), ISSUING);
    Files.writeString(
        issuing.resolve("index"), "R\t401231235959Z\t250101000000Z\t0A17\tunknown\t/CN=app\n");
    final var request =
        "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -config issue.cnf ";
    openssl(issuing, request + "-extensions issuer -keyout ca.key -out ca.pem");
    openssl(
        issuing,
        request
            + "-extensions own -subj /CN=app -set_serial 0x0A17 -CA ca.pem -CAkey ca.key"
            + " -keyout app.key -out app.pem");
    openssl(issuing, "ca -gencrl -config issue.cnf -keyfile ca.key -cert ca.pem -out crl.pem");
    final var revoked = read(issuing.resolve("app.pem"), issuing.resolve("app.key"));
    for (final var version : List.of("-tls1_2", "-tls1_3")) {
      assertRefused(
          "certificate_revoked",
          spoken,
          revoked,
          "-CAfile",
          issuing.resolve("ca.pem").toString(),
          "-crl_check",
          "-CRL",
          issuing.resolve("crl.pem").toString(),
          version);
    }
  }

  private static void openssl(final Path where, final String arguments) throws Exception {
    OpenSslServer.run(where, arguments.split(" "));
  }

  private static ClientIdentity read(final Path certificate, final Path key) throws Exception {
    final var base64 =
        Files.readString(key).replaceAll("-----[A-Z ]*-----", "").replaceAll("\\s", "");
    try (var in = Files.newInputStream(certificate)) {
      return new ClientIdentity(
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64))),
          List.of(
              (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "42, IDENTITY_REFUSED",
    "43, IDENTITY_REFUSED",
    "44, IDENTITY_REFUSED",
    "45, IDENTITY_REFUSED",
    "46, IDENTITY_REFUSED",
    "48, IDENTITY_REFUSED",
    "49, IDENTITY_REFUSED",
    "116, IDENTITY_REFUSED",
    "40, ",
    "47, ",
    "80, ",
    "112, ",
    "120, NO_HTTP2",
  })
  void each_alert_is_about_our_certificate_or_is_not(
      final int alert, final @Nullable ConnectFailure expected) throws Exception {
    try (var peer = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answer(peer, (byte) alert));
      final var target =
          target(peer.getLocalPort(), HttpVersions.HTTP_2, issued(Wish.universal(APP)));
      assertEquals(Optional.ofNullable(expected), failure(target));
    }
  }

  /// What the first attempt ran into: after another failure than a refusal the pool tries again.
  private static Optional<ConnectFailure> failure(final ClientTarget target) throws Exception {
    final var told = new LinkedBlockingQueue<Optional<ConnectFailure>>();
    final var listener =
        new PoolListener() {
          @Override
          public void connectFailed(
              final String why, final Optional<ConnectFailure> failure, final int inRow) {
            told.add(failure);
          }
        };
    try (var pool = new ClientPool("test", loops, target, PATIENT, listener)) {
      pool.send(List.of(Probe.of("vain")));
      final var first = told.poll(10, TimeUnit.SECONDS);
      assertNotNull(first, "no attempt failed");
      return first;
    }
  }

  /// A fatal alert instead of a ServerHello (RFC 8446 section 6).
  private static void answer(final ServerSocket peer, final byte alert) {
    while (!peer.isClosed()) {
      try (var socket = peer.accept()) {
        if (socket.getInputStream().read(new byte[READ_MOST]) > 0) {
          socket.getOutputStream().write(new byte[] {21, 3, 3, 0, 2, 2, alert});
        }
      } catch (final IOException _) {
        // the other side had enough
      }
    }
  }

  @Test
  void what_is_wrong_with_the_peers_certificate_is_no_word_of_the_peer() throws Exception {
    try (var peer = UnreachablePeer.tls(LoopbackCertificates.make())) {
      final var target = target(peer.number(), HttpVersions.HTTP_2, issued(Wish.universal(APP)));
      assertEquals(Optional.of(ConnectFailure.UNTRUSTED), failure(target));
    }
  }

  @Test
  void a_pool_that_was_refused_connects_as_soon_as_it_is_asked_again_and_taken() throws Exception {
    final var own = AUTHORITY.issue(Wish.universal(APP));
    final var serial = own.certificate().getSerialNumber().toString(16);
    final var options =
        AppleOptions.DEFAULT.withClientAuthority(AUTHORITY.certificate()).withUnknownTokens(true);
    try (var apple = AppleSimulator.start(options)) {
      final var anchors = List.of(apple.authority());
      final var target =
          ClientTarget.of("127.0.0.1", apple.productionPort(), anchors)
              .withIdentity(anchors, identity(own));
      try (var pool = new ClientPool("test", loops, target, PATIENT, PoolListener.NONE)) {
        apple.refuseCertificates(List.of(serial));
        final var refused = Probe.of("refused");
        pool.send(List.of(refused));
        assertEquals(NotSent.NO_CONNECTION, refused.result());
        assertEquals(Optional.of(ConnectFailure.IDENTITY_REFUSED), refused.told().failure());
        assertEquals(1L, apple.counters().get("refused-in-handshake"), "nothing is tried unasked");
        apple.refuseCertificates(List.of());
        final var taken = Probe.of("taken");
        pool.send(List.of(taken));
        assertEquals(404, taken.status(), "it is no path of Apple's");
      }
    }
  }
}

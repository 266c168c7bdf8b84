package dev.reveille.sip.transport;

import static dev.reveille.sip.transport.Recorder.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.sip.identity.PeerIdentity;
import dev.reveille.sip.identity.TestAuthority;
import dev.reveille.sip.message.Samples;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Mutual TLS on loopback: who the other side is, and each way in which its certificate is wrong.
class TlsConnectionTest {
  private static final List<String> EDGE = List.of("dns:edge.contoso.example");
  private static final List<String> HOUSE = List.of("dns:push.example", "dns:sip.push.example");

  private final TestAuthority contoso = TestAuthority.make("CN=Contoso CA");
  private final TestAuthority publisher = TestAuthority.make("CN=Publisher CA");
  @AutoClose private final TestLoops loops = new TestLoops(/* isEpoll= */ true);
  private final SipTransport transport = loops.transport(TestLoops.patient());
  private final Recorder server = new Recorder();
  private final Recorder client = new Recorder();

  private static SipTls tls(final TestAuthority.Issued own, final TestAuthority trusted) {
    return SipTls.of(own.key(), own.chain(), SipTls.trusting(List.of(trusted.certificate())));
  }

  private InetSocketAddress listen(final TestAuthority.Issued own) throws IOException {
    final var tls = tls(own, contoso);
    return transport.listen(TestLoops.anyPort(), () -> tls, server).address();
  }

  private InetSocketAddress listen() throws IOException {
    return listen(publisher.issue("CN=x", HOUSE));
  }

  private void open(final InetSocketAddress to, final SipTls tls, final String name) {
    transport.open(SipTarget.secure(to, tls, name, Set.of(name)), client, client);
  }

  @Test
  void both_sides_know_each_other_by_their_leaves() throws Exception {
    open(listen(), tls(contoso.issue("CN=y", EDGE), publisher), "push.example");
    final var outgoing = next(client.connections);
    final var incoming = next(server.connections);
    assertEquals(Set.of("push.example", "sip.push.example"), outgoing.identity().names());
    assertEquals(Set.of("edge.contoso.example"), incoming.identity().names());
    assertEquals(PeerIdentity.Source.DNS_NAME, incoming.identity().source());
    assertTrue(incoming.certificate().isPresent());
    outgoing.request(Samples.request("MESSAGE", "out"), client);
    assertEquals(202, next(client.responses).status());
    incoming.request(Samples.request("MESSAGE", "back"), server);
    assertEquals(202, next(server.responses).status());
    assertEquals("TLS", next(server.requests).request().topVia().orElseThrow().transport());
  }

  @Test
  void who_shows_no_certificate_comes_in_and_is_nothing() throws Exception {
    open(
        listen(),
        SipTls.withoutCertificate(SipTls.trusting(List.of(publisher.certificate()))),
        "push.example");
    final var incoming = next(server.connections);
    assertTrue(incoming.identity().isEmpty());
    assertTrue(incoming.certificate().isEmpty());
    next(client.connections).request(Samples.request("MESSAGE", "out"), client);
    assertEquals(202, next(client.responses).status());
  }

  @Test
  void a_peer_with_another_name_is_not_the_one_we_asked_for() throws Exception {
    open(listen(), tls(contoso.issue("CN=y", EDGE), publisher), "other.example");
    final var failure = assertInstanceOf(OpenFailure.WrongName.class, next(client.failures));
    assertEquals(Set.of("push.example", "sip.push.example"), failure.identity().names());
    assertTrue(client.connections.isEmpty());
  }

  @Test
  void a_wildcard_is_no_name() throws Exception {
    final var to = listen(publisher.issue("CN=x", List.of("dns:*.push.example")));
    open(to, tls(contoso.issue("CN=y", EDGE), publisher), "sip.push.example");
    final var failure = assertInstanceOf(OpenFailure.WrongName.class, next(client.failures));
    assertTrue(failure.identity().isEmpty());
  }

  private TlsFault tlsFault() throws InterruptedException {
    return assertInstanceOf(OpenFailure.TlsFailed.class, next(client.failures)).fault();
  }

  @Test
  void a_server_of_an_unknown_authority_is_refused_by_us() throws Exception {
    open(listen(), tls(contoso.issue("CN=y", EDGE), contoso), "push.example");
    assertEquals(new TlsFault(TlsFault.Kind.UNKNOWN_AUTHORITY, false), tlsFault());
    assertEquals(CloseReason.HANDSHAKE_FAILED, next(server.closings).why());
  }

  @Test
  void a_server_whose_time_is_over_is_refused_by_us() throws Exception {
    open(
        listen(publisher.issueExpired("CN=x", HOUSE)),
        tls(contoso.issue("CN=y", EDGE), publisher),
        "push.example");
    assertEquals(new TlsFault(TlsFault.Kind.EXPIRED, false), tlsFault());
  }

  /// With TLS 1.3 the client has finished its handshake before the server has judged it.
  private void isRefused(final TestAuthority.Issued own, final TlsFault.Kind why) throws Exception {
    open(listen(), tls(own, publisher), "push.example");
    assertEquals(CloseReason.HANDSHAKE_FAILED, next(server.closings).why());
    assertTrue(server.connections.isEmpty());
    assertEquals(new TlsFault(why, false), next(server.faults));
    assertEquals(CloseReason.TLS_ALERT, next(client.closings).why());
    assertTrue(next(client.faults).isSaidByPeer());
  }

  @Test
  void a_client_of_an_unknown_authority_is_refused_with_an_alert() throws Exception {
    isRefused(publisher.issue("CN=y", EDGE), TlsFault.Kind.UNKNOWN_AUTHORITY);
  }

  @Test
  void a_client_whose_time_is_over_is_refused_with_an_alert() throws Exception {
    isRefused(contoso.issueExpired("CN=y", EDGE), TlsFault.Kind.EXPIRED);
  }

  @Test
  void a_client_with_a_certificate_for_servers_is_refused_with_an_alert() throws Exception {
    isRefused(contoso.issueForServers("CN=y", EDGE), TlsFault.Kind.WRONG_USE);
  }

  private SSLContext foreign(final TestAuthority.Issued own)
      throws GeneralSecurityException, IOException {
    final var keys = KeyStore.getInstance(KeyStore.getDefaultType());
    keys.load(null, null);
    keys.setKeyEntry("own", own.key(), new char[0], own.chain().toArray(X509Certificate[]::new));
    final var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, new char[0]);
    final var context = SSLContext.getInstance("TLS");
    context.init(
        managers.getKeyManagers(),
        new TrustManager[] {SipTls.trusting(List.of(publisher.certificate()))},
        null);
    return context;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void versions_1_2_and_1_3_are_spoken(final String version) throws Exception {
    final var own = contoso.issue("CN=y", List.of("uri:sip:contoso.example"));
    try (var peer = RawPeer.connect(listen(), foreign(own), version)) {
      peer.send(RawPeer.request("MESSAGE", "a"));
      assertTrue(peer.readMessage().startsWith("SIP/2.0 202"));
    }
    assertEquals(Set.of("contoso.example"), next(server.connections).identity().names());
  }

  @Test
  void with_version_1_2_a_refused_client_reads_the_alert_in_its_handshake() throws Exception {
    final var to = listen();
    final var own = contoso.issueExpired("CN=y", EDGE);
    assertThrows(IOException.class, () -> RawPeer.connect(to, foreign(own), "TLSv1.2"));
    assertEquals(CloseReason.HANDSHAKE_FAILED, next(server.closings).why());
  }

  @Test
  void a_client_before_its_time_is_refused_with_an_alert() throws Exception {
    isRefused(contoso.issueForTomorrow("CN=y", EDGE), TlsFault.Kind.NOT_YET_VALID);
  }

  /// A partner holds connections for what will come; others must say what they came for.
  @Test
  void who_has_shown_a_certificate_may_be_silent() throws Exception {
    final var times =
        TestLoops.times(
            TestLoops.longTime(),
            Duration.ofMillis(300),
            TestLoops.longTime(),
            TestLoops.longTime(),
            TestLoops.longTime());
    final var own = tls(publisher.issue("CN=x", HOUSE), contoso);
    final var to =
        loops
            .transport(TestLoops.settings(10, times))
            .listen(TestLoops.anyPort(), () -> own, server)
            .address();
    open(to, tls(contoso.issue("CN=y", EDGE), publisher), "push.example");
    final var partner = next(client.connections);
    open(
        to,
        SipTls.withoutCertificate(SipTls.trusting(List.of(publisher.certificate()))),
        "push.example");
    assertEquals(CloseReason.SILENT, next(server.closings).why());
    partner.request(Samples.request("MESSAGE", "out"), client);
    assertEquals(202, next(client.responses).status());
  }

  @Test
  void a_server_that_never_speaks_is_deaf() throws Exception {
    final var hasty =
        TestLoops.settings(
            10,
            TestLoops.times(
                Duration.ofMillis(300),
                TestLoops.longTime(),
                TestLoops.longTime(),
                TestLoops.longTime(),
                TestLoops.longTime()));
    try (var port = new ServerSocket(0, 5, TestLoops.anyPort().getAddress())) {
      loops
          .transport(hasty)
          .open(
              SipTarget.secure(
                  new InetSocketAddress("127.0.0.1", port.getLocalPort()),
                  tls(contoso.issue("CN=y", EDGE), publisher),
                  "push.example",
                  Set.of("push.example")),
              client,
              client);
      assertInstanceOf(OpenFailure.Deaf.class, next(client.failures));
    }
  }

  @Test
  void a_last_answer_over_tls_arrives_before_the_end() throws Exception {
    final var own = contoso.issue("CN=y", EDGE);
    try (var peer = RawPeer.connect(listen(), foreign(own), "TLSv1.3")) {
      final var bad = RawPeer.request("MESSAGE", "a").replace("Length: 0", "Length: 70000");
      final var all = peer.send(bad + "x".repeat(30_000)).readToEnd();
      assertTrue(all.startsWith("SIP/2.0 413 "), all);
    }
    assertEquals("BODY_TOO_LARGE", next(server.closings).detail());
  }
}

package dev.reveille.push.app;

import dev.reveille.http.client.NameServer;
import dev.reveille.http.client.NameServers;
import dev.reveille.http.client.UnreachablePeer;
import dev.reveille.model.Cause;
import dev.reveille.simulators.tls.LoopbackCertificates;
import org.junit.jupiter.api.Test;

/// Each cause for which a push service's host cannot be reached, made for real, is told by the
/// client of a subclass.
public abstract class UnreachableContract {
  protected static final LoopbackCertificates GOOD = LoopbackCertificates.make();

  /// Lets the client call a peer and compares the cause that it tells.
  ///
  /// @param peer `host:port`
  protected abstract void assertTold(
      Cause expected, String peer, LoopbackCertificates trusted, NameServers names)
      throws Exception;

  /// A host of the service, with its port.
  protected abstract String host();

  protected final void assertTold(
      final Cause expected, final UnreachablePeer peer, final LoopbackCertificates trusted)
      throws Exception {
    assertTold(expected, "127.0.0.1:" + peer.number(), trusted, NameServers.OF_THE_SYSTEM);
  }

  @Test
  final void the_name_is_not_known() throws Exception {
    try (var server = new NameServer(NameServer.Says.NO_SUCH_NAME)) {
      assertTold(Cause.NAME_UNKNOWN, host(), GOOD, server.alone());
    }
  }

  @Test
  final void the_name_server_is_silent() throws Exception {
    try (var server = new NameServer(NameServer.Says.NOTHING)) {
      assertTold(Cause.DNS_SILENT, host(), GOOD, server.alone());
    }
  }

  @Test
  final void the_port_is_closed() throws Exception {
    final String peer = "127.0.0.1:" + UnreachablePeer.closedPort();
    assertTold(Cause.REFUSED, peer, GOOD, NameServers.OF_THE_SYSTEM);
  }

  @Test
  final void the_port_is_deaf() throws Exception {
    try (var peer = UnreachablePeer.deaf()) {
      assertTold(Cause.TIMED_OUT, peer, GOOD);
    }
    try (var peer = UnreachablePeer.full()) {
      assertTold(Cause.TIMED_OUT, peer, GOOD);
    }
  }

  @Test
  final void a_proxy_answers_in_plain_text() throws Exception {
    try (var peer = UnreachablePeer.plainHttp()) {
      assertTold(Cause.PROXY, peer, GOOD);
    }
  }

  @Test
  final void the_certificate_is_of_an_unknown_authority() throws Exception {
    try (var peer = UnreachablePeer.tls(LoopbackCertificates.make())) {
      assertTold(Cause.TLS_AUTHORITY, peer, GOOD);
    }
  }

  @Test
  final void the_certificate_has_expired() throws Exception {
    final var expired = LoopbackCertificates.expired();
    try (var peer = UnreachablePeer.tls(expired)) {
      assertTold(Cause.TLS_EXPIRED, peer, expired);
    }
  }

  @Test
  final void the_certificate_has_another_name() throws Exception {
    final var other = LoopbackCertificates.forHost("elsewhere.example");
    try (var peer = UnreachablePeer.tls(other)) {
      assertTold(Cause.TLS_NAME, peer, other);
    }
  }
}

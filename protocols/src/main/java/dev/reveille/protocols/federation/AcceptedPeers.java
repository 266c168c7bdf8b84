package dev.reveille.protocols.federation;

import dev.reveille.sip.identity.PeerIdentity;
import dev.reveille.sip.transport.CloseReason;
import dev.reveille.sip.transport.SipConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections that others opened to the edge, by the names in their certificates: those of
/// servers behind it, and those of partners that offered to be asked over them, too (RFC 5923).
///
/// Thread-safe; never blocks.
final class AcceptedPeers {
  private static final Logger LOG = LoggerFactory.getLogger(AcceptedPeers.class);
  private static final long BETWEEN_LINES = Duration.ofSeconds(10).toNanos();

  private final Set<String> homeNames;
  private final FederationTls tls;
  private final Set<SipConnection> homes = ConcurrentHashMap.newKeySet();
  private final Map<String, Set<SipConnection>> partners = new ConcurrentHashMap<>();
  private final LongAdder refused = new LongAdder();
  private final AtomicLong toldAtNanos = new AtomicLong(System.nanoTime() - BETWEEN_LINES);

  /// @param homeNames in lower case
  /// @param tls knows the authority of this server's own certificate
  AcceptedPeers(final Set<String> homeNames, final FederationTls tls) {
    this.homeNames = homeNames;
    this.tls = tls;
  }

  /// Whether a server behind the edge opened it: partners' authorities are trusted, too, and must
  /// not make certificates for such a server.
  boolean isHome(final SipConnection connection) {
    return connection.identity().speaksForOneOf(homeNames)
        && connection.certificate().filter(tls::isOfOwnAuthority).isPresent();
  }

  void opened(final SipConnection connection) {
    if (isHome(connection)) {
      homes.add(connection);
      LOG.info("the server {} behind the edge is connected", names(connection.identity()));
    }
  }

  /// A request came over the connection: it may say that we may ask over it, too.
  void offered(final SipConnection connection) {
    if (connection.isReuseOffered()) {
      for (final var name : connection.identity().names()) {
        partners.computeIfAbsent(name, _ -> ConcurrentHashMap.newKeySet()).add(connection);
      }
      if (!connection.isOpen()) {
        forget(connection);
      }
    }
  }

  /// A server behind the edge; empty when none is connected.
  Optional<SipConnection> home() {
    return usable(homes);
  }

  /// A connection to one that speaks for one of these names.
  Optional<SipConnection> partner(final Set<String> names) {
    return names.stream()
        .flatMap(name -> usable(partners.getOrDefault(name, Set.of())).stream())
        .findFirst();
  }

  private static Optional<SipConnection> usable(final Collection<SipConnection> some) {
    return some.stream().filter(SipConnection::isWritable).findFirst();
  }

  void closed(final SipConnection connection, final CloseReason why, final String detail) {
    forget(connection);
    final var fault = connection.tlsFault();
    if (fault.isPresent()) {
      refused.increment();
      tell(connection, fault.get().kind() + (fault.get().isSaidByPeer() ? " (said by it)" : ""));
    } else if (why == CloseReason.HANDSHAKE_TIMEOUT) {
      refused.increment();
      tell(connection, why.sentence() + " " + detail);
    }
  }

  private void forget(final SipConnection connection) {
    homes.remove(connection);
    for (final var name : connection.identity().names()) {
      partners.computeIfPresent(
          name,
          (_, some) -> {
            some.remove(connection);
            return some.isEmpty() ? null : some;
          });
    }
  }

  /// A line every ten seconds at most: strangers can make as many failures as they like.
  private void tell(final SipConnection connection, final String why) {
    final long last = toldAtNanos.get();
    final long now = System.nanoTime();
    if (now - last >= BETWEEN_LINES && toldAtNanos.compareAndSet(last, now)) {
      LOG.info(
          "a TLS handshake for federation with {} failed: {}; {} failed in all",
          connection.remoteAddress(),
          why,
          refused.sum());
    }
  }

  long refused() {
    return refused.sum();
  }

  private static String names(final PeerIdentity identity) {
    return String.join(" ", identity.names().stream().sorted().toList());
  }
}

package dev.reveille.protocols.federation;

import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.federation.PartnerLookup.HostPort;
import dev.reveille.protocols.federation.PartnerRules.Outgoing;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.transport.OpenFailure;
import dev.reveille.sip.transport.OpenListener;
import dev.reveille.sip.transport.SipConnection;
import dev.reveille.sip.transport.SipHandler;
import dev.reveille.sip.transport.SipTarget;
import dev.reveille.sip.transport.SipTransport;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connections that we opened to partners, one [Peer] for each domain and way to it. A partner is
/// looked for anew each time that a connection is opened, so that a change in DNS or in the
/// settings needs no restart.
///
/// Thread-safe; never blocks.
final class PartnerConnections {
  private static final Logger LOG = LoggerFactory.getLogger(PartnerConnections.class);

  /// Partners come from the lists of the operator, which are bounded; those that were removed leave
  /// at a start.
  private record Key(OrganisationId organisation, String domain, String proxy) {}

  /// All attempts at one connection together.
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final SipTransport transport;
  private final FederationTls tls;
  private final PartnerLookup lookup;
  private final EventLoopGroup loops;
  private final SipHandler handler;
  private final String here;
  private final Map<Key, Peer> peers = new ConcurrentHashMap<>();
  private final Map<SipConnection, Peer> open = new ConcurrentHashMap<>();

  /// @param handler works on what partners ask over these connections
  /// @param here the host name of this server
  PartnerConnections(
      final SipTransport transport,
      final FederationTls tls,
      final PartnerLookup lookup,
      final EventLoopGroup loops,
      final SipHandler handler,
      final String here) {
    this.transport = transport;
    this.tls = tls;
    this.lookup = lookup;
    this.loops = loops;
    this.handler = handler;
    this.here = here;
  }

  /// Sends a request that may go there.
  ///
  /// @param most how many connections there may be
  void send(
      final OrganisationId organisation,
      final String domain,
      final Outgoing to,
      final IntSupplier most,
      final SipRequest request,
      final FederationWay.Answered told) {
    switch (to) {
      case Outgoing.Refused(var why) -> told.failed(why, false);
      case Outgoing.ToProxy(var host) ->
          peer(
                  new Key(organisation, domain, host),
                  peer -> {
                    final var hosts = new ArrayDeque<HostPort>();
                    hosts.add(new HostPort(host, PartnerRules.PORT));
                    new Attempt(peer, domain, hosts).next(null);
                  },
                  most)
              .send(request, told);
      case Outgoing.BySrv() ->
          peer(new Key(organisation, domain, ""), peer -> look(peer, organisation, domain), most)
              .send(request, told);
    }
  }

  /// Sends a request to a server that the operator named with its port.
  void send(
      final String host,
      final int port,
      final SipRequest request,
      final FederationWay.Answered told) {
    peer(
            new Key(new OrganisationId("-"), "", host + ":" + port),
            peer -> {
              final var hosts = new ArrayDeque<HostPort>();
              hosts.add(new HostPort(host, port));
              new Attempt(peer, host, hosts).next(null);
            },
            () -> 1)
        .send(request, told);
  }

  private Peer peer(final Key key, final Peer.Opening opening, final IntSupplier most) {
    return peers.computeIfAbsent(
        key, _ -> new Peer(key.proxy.isEmpty() ? key.domain : key.proxy, here, opening, most));
  }

  private void look(final Peer peer, final OrganisationId organisation, final String domain) {
    lookup.find(
        loops.next(),
        organisation,
        domain,
        answer -> {
          switch (answer) {
            case PartnerLookup.Answer.None(var why) -> peer.failed(why);
            case PartnerLookup.Answer.Hosts(var all) ->
                new Attempt(peer, domain, new ArrayDeque<>(all)).next(null);
          }
        });
  }

  /// Tries hosts and their addresses one after the other, until a connection stands.
  private final class Attempt implements OpenListener {
    private final Peer peer;
    private final String domain;
    private final ArrayDeque<HostPort> hosts;
    private final ArrayDeque<InetSocketAddress> addresses = new ArrayDeque<>();
    private final long untilNanos = System.nanoTime() + LONGEST.toNanos();
    private String host = "";

    Attempt(final Peer peer, final String domain, final ArrayDeque<HostPort> hosts) {
      this.peer = peer;
      this.domain = domain;
      this.hosts = hosts;
    }

    /// @param why the one before failed, null for the first
    void next(final @Nullable Diagnosis why) {
      try {
        tryNext(why);
      } catch (final RuntimeException fault) { // the peer must hear of the end
        LOG.error("a connection to {} could not be opened", host, fault);
        peer.failed(Diagnosis.of(DiagnosisCode.INTERNAL, here, "peer", host));
      }
    }

    private void tryNext(final @Nullable Diagnosis why) {
      if (why != null && System.nanoTime() - untilNanos > 0) {
        peer.failed(why);
        return;
      }
      final var address = addresses.poll();
      if (address != null) {
        transport.open(
            SipTarget.secure(
                address,
                tls.current(),
                host,
                domain.equals(host) ? Set.of(host) : Set.of(domain, host)),
            handler,
            this);
        return;
      }
      final var where = hosts.poll();
      if (where != null) {
        host = where.host();
        lookup.resolve(
            loops.next(),
            where,
            found -> {
              addresses.addAll(found);
              next(why);
            },
            failed -> next(why == null ? failed : why));
      } else if (why != null) {
        peer.failed(why);
      } else {
        peer.failed(Diagnosis.of(DiagnosisCode.HOST_UNKNOWN, here, "host", host));
      }
    }

    @Override
    public void opened(final SipConnection connection) {
      open.put(connection, peer);
      peer.opened(connection);
    }

    @Override
    public void failed(final OpenFailure failure) {
      next(OpenFailures.of(failure, here, host));
    }
  }

  /// A connection is over.
  void closed(final SipConnection connection) {
    final var peer = open.remove(connection);
    if (peer != null) {
      peer.closed(connection);
    }
  }

  /// Whether we opened it.
  boolean isOurs(final SipConnection connection) {
    return open.containsKey(connection);
  }

  /// Forgets that attempts failed, so that the next request tries at once.
  void comeNow() {
    peers.values().forEach(Peer::comeNow);
  }

  int count() {
    return open.size();
  }
}

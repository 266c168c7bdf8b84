package dev.reveille.protocols.federation;

import dev.reveille.http.client.NameServers;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SipUri;
import dev.reveille.sip.transaction.ServerTransaction;
import dev.reveille.sip.transport.CloseReason;
import dev.reveille.sip.transport.SipConnection;
import dev.reveille.sip.transport.SipHandler;
import dev.reveille.sip.transport.SipTransport;
import dev.reveille.sip.transport.TransportSettings;
import io.netty.channel.IoEventLoopGroup;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way to partners over an edge server elsewhere: one connection with mutual TLS, which this
/// server opens and keeps, and over which the edge hands in what partners ask.
///
/// Thread-safe. [#close] blocks.
public final class EdgeLeg implements FederationWay, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EdgeLeg.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final String name;
  private final String host;
  private final int port;
  private final Interior interior;
  private final Function<String, Optional<OrganisationId>> owners;
  private final SipTransport transport;
  private final PartnerConnections connections;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService keeping =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("edge connection").factory());

  /// @param name of this server: stands in Via and in diagnoses
  /// @param host of the edge, for which its certificate has to speak
  /// @param interior works on what the edge hands in
  public EdgeLeg(
      final String name,
      final String host,
      final int port,
      final FederationTls tls,
      final NameServers servers,
      final EffectiveSettings effective,
      final Function<String, Optional<OrganisationId>> owners,
      final Interior interior,
      final IoEventLoopGroup loops) {
    this.name = name;
    this.host = PartnerRules.lower(host);
    this.port = port;
    this.interior = interior;
    this.owners = owners;
    this.transport = new SipTransport(loops, TransportSettings.STANDARD, name, 0);
    this.connections =
        new PartnerConnections(
            transport,
            tls,
            new PartnerLookup(servers, new PartnerRules(effective, name), name),
            loops,
            new Requests(),
            name);
    keeping.scheduleWithFixedDelay(this::keep, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Opens the connection again after it ended; the pauses after failures are those of [Peer].
  private void keep() {
    if (connections.count() == 0) {
      ask(
          new Answered() {
            @Override
            public void answered(final SipResponse response) {}

            @Override
            public void failed(final Diagnosis why, final boolean mayHaveArrived) {}
          });
    }
  }

  /// Asks the edge itself whether it answers.
  public void ask(final Answered told) {
    connections.send(host, port, toEdge(SipMethod.OPTIONS).build(), told);
  }

  /// Tells the edge itself something.
  void tell(final String type, final byte[] body, final Answered told) {
    connections.send(host, port, toEdge(SipMethod.MESSAGE).body(type, body).build(), told);
  }

  private SipRequest.Builder toEdge(final String method) {
    final var own = NameAddress.of(SipUri.of("", name));
    return SipRequest.builder(method, "sip:" + host)
        .from(own.withParameter("tag", UUID.randomUUID().toString()))
        .to(NameAddress.of(SipUri.of("", host)))
        .callId(UUID.randomUUID().toString())
        .cseq(1)
        .add(SipName.MAX_FORWARDS, "70");
  }

  /// Whether there is a connection.
  public boolean isConnected() {
    return connections.count() > 0;
  }

  /// Tries at once, where an attempt failed before.
  public void comeNow() {
    connections.comeNow();
  }

  @Override
  public void send(
      final OrganisationId organisation,
      final String domain,
      final SipRequest request,
      final Answered told) {
    connections.send(host, port, request, told);
  }

  @Override
  public void close() {
    keeping.shutdownNow();
    transport.close(DRAIN);
    threads.shutdown();
  }

  private final class Requests implements SipHandler {
    @Override
    public void request(final SipConnection connection, final ServerTransaction transaction) {
      threads.execute(() -> {
        try {
          handle(connection, transaction);
        } catch (final RuntimeException fault) { // such as a store that cannot be read
          LOG.error("a request that the edge handed in could not be worked on", fault);
          final var why = Diagnosis.of(DiagnosisCode.INTERNAL, name);
          connection.respond(transaction, why.answer(transaction.request()));
        }
      });
    }

    @Override
    public void closed(final SipConnection connection, final CloseReason why, final String detail) {
      connections.closed(connection);
    }
  }

  private void handle(final SipConnection connection, final ServerTransaction transaction) {
    final var request = transaction.request();
    final var domain = request.targetUri().map(uri -> PartnerRules.lower(uri.host())).orElse("");
    final var organisation = owners.apply(domain);
    if (organisation.isEmpty()) {
      connection.respond(
          transaction,
          Diagnosis.of(DiagnosisCode.FOREIGN_DOMAIN, name, "domain", domain).answer(request));
      return;
    }
    if (request.is(SipMethod.REGISTER)) {
      interior.register(
          new Interior.Registration(request, organisation.get(), Forwarding.phoneOf(request)),
          response -> connection.respond(transaction, response));
      return;
    }
    interior.request(
        new Interior.Passed(
            request,
            organisation.get(),
            PartnerRules.lower(request.from().domain().orElse("")),
            Forwarding.isMarked(request)),
        response -> connection.respond(transaction, response));
  }
}

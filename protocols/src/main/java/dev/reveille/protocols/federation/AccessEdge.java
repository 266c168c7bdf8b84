package dev.reveille.protocols.federation;

import dev.reveille.http.client.NameServers;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.federation.PartnerRules.Incoming;
import dev.reveille.protocols.federation.PartnerRules.Outgoing;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.transaction.ClientListener;
import dev.reveille.sip.transaction.ServerTransaction;
import dev.reveille.sip.transaction.TransactionEnd;
import dev.reveille.sip.transport.CloseReason;
import dev.reveille.sip.transport.SipConnection;
import dev.reveille.sip.transport.SipHandler;
import dev.reveille.sip.transport.SipListener;
import dev.reveille.sip.transport.SipTransport;
import dev.reveille.sip.transport.TransportSettings;
import io.netty.channel.IoEventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server at the border: takes requests of partners and of the servers behind it over SIP and
/// mutual TLS, judges them by the organisation's settings, and passes them on.
///
/// A peer whose certificate speaks for one of the [Settings#homes], and was issued by the authority
/// of this edge's own, is a server behind it; every other one is judged as a partner. What partners
/// ask for goes to the [Interior] of this process, or to a server behind it that is connected. Only
/// MESSAGE and OPTIONS pass; OPTIONS is answered here, once the peer is known to be a partner. A
/// peer without a certificate is a phone: its REGISTER passes, and nothing else of it.
///
/// Thread-safe. [#open] and [#close] block.
public final class AccessEdge implements FederationWay, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessEdge.class);
  private static final Duration DRAIN = Duration.ofSeconds(5);

  /// What the operator configures.
  ///
  /// @param name of this server: stands in Via and in diagnoses
  /// @param listen port 0 for one that the system chooses
  /// @param homes names in the certificates of the servers behind it, in lower case
  /// @param followed takes the settings that a server behind it sends; empty where none does
  public record Settings(
      String name,
      InetSocketAddress listen,
      NameServers servers,
      Set<String> homes,
      Optional<FollowedSettings> followed) {
    public Settings {
      homes = Set.copyOf(homes);
    }
  }

  private final Settings settings;
  private final EffectiveSettings rulesSettings;
  private final Function<String, Optional<OrganisationId>> owners;
  private final Optional<Interior> interior;
  private final PartnerRules rules;
  private final SipTransport transport;
  private final PartnerConnections partners;
  private final AcceptedPeers accepted;
  private final Forwarding forwarding;
  private final PhoneRequests phones;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final SipListener listener;

  /// Opens the port.
  ///
  /// @param settings what the operator configures
  /// @param effective the organisations' settings
  /// @param owners which organisation a domain belongs to; may read the disk
  /// @param interior works on requests in this process; empty where servers behind it do
  /// @throws IOException when the port cannot be had
  public static AccessEdge open(
      final Settings settings,
      final FederationTls tls,
      final EffectiveSettings effective,
      final Function<String, Optional<OrganisationId>> owners,
      final Optional<Interior> interior,
      final IoEventLoopGroup loops)
      throws IOException {
    return new AccessEdge(
        settings, tls, effective, owners, interior, loops, TransportSettings.STANDARD);
  }

  AccessEdge(
      final Settings settings,
      final FederationTls tls,
      final EffectiveSettings effective,
      final Function<String, Optional<OrganisationId>> owners,
      final Optional<Interior> interior,
      final IoEventLoopGroup loops,
      final TransportSettings bounds)
      throws IOException {
    this.settings = settings;
    this.rulesSettings = effective;
    this.owners = owners;
    this.interior = interior;
    this.rules = new PartnerRules(effective, settings.name());
    this.transport = new SipTransport(loops, bounds, settings.name(), settings.listen().getPort());
    this.forwarding = new Forwarding(settings.name(), settings.listen().getPort());
    this.accepted = new AcceptedPeers(settings.homes(), tls);
    this.phones = new PhoneRequests(settings.name(), effective, owners, forwarding, this::inward);
    final var handler = new Requests();
    this.partners =
        new PartnerConnections(
            transport,
            tls,
            new PartnerLookup(settings.servers(), rules, settings.name()),
            loops,
            handler,
            settings.name());
    this.listener = transport.listen(settings.listen(), tls::current, handler);
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return listener.address();
  }

  /// How many connections there are to partners, and from whom.
  public int connections() {
    return listener.connections() + partners.count();
  }

  /// How many handshakes failed.
  public long refusedHandshakes() {
    return accepted.refused();
  }

  /// Tries partners at once that could not be reached before.
  public void comeNow() {
    partners.comeNow();
  }

  @Override
  public void send(
      final OrganisationId organisation,
      final String domain,
      final SipRequest request,
      final Answered told) {
    threads.execute(() -> {
      try {
        outward(organisation, PartnerRules.lower(domain), request, told);
      } catch (final RuntimeException fault) { // such as a store that cannot be read
        LOG.error("a request to {} could not be sent", domain, fault);
        told.failed(Diagnosis.of(DiagnosisCode.INTERNAL, settings.name()), false);
      }
    });
  }

  private void outward(
      final OrganisationId organisation,
      final String domain,
      final SipRequest request,
      final Answered told) {
    final var own = owners.apply(domain);
    if (own.isPresent() && interior.isPresent()) { // it stays in this server
      interior
          .get()
          .request(
              new Interior.Passed(
                  request, own.get(), request.from().domain().orElse(""), /* verified= */ true),
              told::answered);
      return;
    }
    final var edge = rulesSettings.global(organisation, SettingsCatalogue.ACCESS_EDGE);
    final var to = aged(rules.outgoing(organisation, domain));
    final var onward =
        Forwarding.onward(request, edge.isOn("mark-source-verifiable-on-outgoing-messages"));
    if (!(to instanceof Outgoing.Refused)) {
      final var names =
          to instanceof Outgoing.ToProxy(var host) && !host.equals(domain)
              ? Set.of(domain, host)
              : Set.of(domain);
      final var reused = accepted.partner(names);
      if (reused.isPresent()) {
        overAccepted(reused.get(), onward, told);
        return;
      }
    }
    final IntSupplier most =
        () ->
            (int)
                rulesSettings
                    .global(organisation, SettingsCatalogue.ACCESS_EDGE)
                    .number("outgoing-tls-count-for-federated-partners");
    partners.send(organisation, domain, to, most, onward, told);
  }

  /// Over a connection that the other side opened (RFC 5923).
  private void overAccepted(
      final SipConnection connection, final SipRequest request, final Answered told) {
    connection.request(
        request,
        new ClientListener() {
          @Override
          public void response(final SipResponse response) {
            if (response.isFinal()) {
              told.answered(response);
            }
          }

          @Override
          public void ended(final TransactionEnd why) {
            final var code = OpenFailures.codeOf(why);
            told.failed(Diagnosis.of(code, settings.name()), why.mayHaveArrived());
          }
        });
  }

  private void handle(final SipConnection connection, final ServerTransaction transaction) {
    final var request = transaction.request();
    final Consumer<SipResponse> answer = response -> connection.respond(transaction, response);
    if (connection.certificate().isEmpty()) {
      phones.handle(connection, request, answer);
      return;
    }
    final var refusal = forwarding.refusal(request);
    if (refusal.isPresent()) {
      answer.accept(refused(refusal.get(), request));
    } else if (accepted.isHome(connection)) {
      ofHome(request, answer);
    } else {
      ofPartner(connection, request, answer);
    }
  }

  private static SipResponse refused(final Diagnosis why, final SipRequest request) {
    final var response = why.answer(request);
    return why.status() == 405
        ? response.withHeaders(
            response.headers().toBuilder().add(SipName.ALLOW, "MESSAGE, OPTIONS").build())
        : response;
  }

  /// From a server behind this one, to a partner or to this server itself.
  private void ofHome(final SipRequest request, final Consumer<SipResponse> answer) {
    final var domain = request.targetUri().map(uri -> PartnerRules.lower(uri.host())).orElse("");
    if (domain.equals(PartnerRules.lower(settings.name()))) {
      answer.accept(request.is(SipMethod.OPTIONS) ? options(request) : followed(request));
      return;
    }
    final var sender = request.from().domain().orElse("");
    final var organisation = owners.apply(PartnerRules.lower(sender));
    if (organisation.isEmpty()) {
      answer.accept(
          Diagnosis.of(DiagnosisCode.FOREIGN_DOMAIN, settings.name(), "domain", sender)
              .answer(request));
      return;
    }
    send(organisation.get(), domain, request, back(request, answer));
  }

  /// Takes the settings of home.
  private SipResponse followed(final SipRequest request) {
    final var type = request.headers().first(SipName.CONTENT_TYPE).orElse("");
    if (settings.followed().isEmpty() || !type.equals(SettingsPage.TYPE)) {
      return SipResponse.to(request, 415).build();
    }
    try {
      final var reply = settings.followed().get().take(request.body());
      return SipResponse.to(request, 200).body(SettingsPage.TYPE, reply.bytes()).build();
    } catch (final IllegalArgumentException malformed) {
      LOG.warn("home sent settings that cannot be read: {}", malformed.getMessage());
      return SipResponse.to(request, 400).build();
    }
  }

  private Outgoing aged(final Outgoing to) {
    return to instanceof Outgoing.Refused(var why) ? new Outgoing.Refused(aged(why)) : to;
  }

  /// A refusal by settings that home has not confirmed for a while says so.
  private Diagnosis aged(final Diagnosis why) {
    return settings
        .followed()
        .flatMap(FollowedSettings::oldSince)
        .map(since -> why.with("settings-of", since.toString()))
        .orElse(why);
  }

  private void ofPartner(
      final SipConnection connection,
      final SipRequest request,
      final Consumer<SipResponse> answer) {
    final var domain = request.targetUri().map(uri -> PartnerRules.lower(uri.host())).orElse("");
    final var sender = PartnerRules.lower(request.from().domain().orElse(""));
    final var organisation = owners.apply(domain);
    if (organisation.isEmpty()) {
      answer.accept(
          Diagnosis.of(DiagnosisCode.FOREIGN_DOMAIN, settings.name(), "domain", domain)
              .answer(request));
      return;
    }
    switch (rules.incoming(
        organisation.get(), connection.identity(), sender, Forwarding.isMarked(request))) {
      case Incoming.Refused(var why) -> answer.accept(aged(why).answer(request));
      case Incoming.Passes(var verified) -> {
        accepted.offered(connection);
        if (request.is(SipMethod.OPTIONS)) {
          answer.accept(options(request));
        } else {
          inward(new Interior.Passed(request, organisation.get(), sender, verified), answer);
        }
      }
    }
  }

  private void inward(final Interior.Passed passed, final Consumer<SipResponse> answer) {
    if (interior.isPresent()) {
      interior.get().request(passed, answer);
      return;
    }
    final var home = accepted.home();
    if (home.isEmpty()) {
      answer.accept(
          Diagnosis.of(DiagnosisCode.HOME_AWAY, settings.name()).answer(passed.request()));
      return;
    }
    overAccepted(
        home.get(),
        Forwarding.onward(passed.request(), passed.verified()),
        back(passed.request(), answer));
  }

  /// To the home of the phone's user, over the connection that the home opened.
  private void inward(
      final Interior.Registration registration, final Consumer<SipResponse> answer) {
    final var request = registration.request();
    if (interior.isPresent()) {
      interior.get().register(registration, answer);
      return;
    }
    final var home = accepted.home();
    if (home.isEmpty()) {
      answer.accept(Diagnosis.of(DiagnosisCode.HOME_AWAY, settings.name()).answer(request));
      return;
    }
    overAccepted(
        home.get(), Forwarding.ofPhone(request, registration.address()), back(request, answer));
  }

  /// Passes the answer of the next server back, or says why there is none.
  private static Answered back(final SipRequest request, final Consumer<SipResponse> answer) {
    return new Answered() {
      @Override
      public void answered(final SipResponse response) {
        answer.accept(Forwarding.back(response));
      }

      @Override
      public void failed(final Diagnosis why, final boolean mayHaveArrived) {
        answer.accept(why.answer(request));
      }
    };
  }

  /// The answer to OPTIONS (RFC 3261 section 11.2).
  private static SipResponse options(final SipRequest request) {
    return SipResponse.to(request, 200)
        .add(SipName.ALLOW, "MESSAGE, OPTIONS")
        .add(
            SipName.ACCEPT,
            "application/vnd.reveille.push+json, application/vnd.reveille.push-report+json")
        .build();
  }

  /// Ends connections when what is open on them is answered, at the latest after five seconds.
  @Override
  public void close() {
    listener.close(DRAIN);
    transport.close(DRAIN);
    threads.shutdown();
  }

  /// Passes what happens on connections on to a thread that may read the disk.
  private final class Requests implements SipHandler {
    @Override
    public void opened(final SipConnection connection) {
      accepted.opened(connection);
    }

    @Override
    public void request(final SipConnection connection, final ServerTransaction transaction) {
      threads.execute(() -> {
        try {
          handle(connection, transaction);
        } catch (final RuntimeException fault) { // such as a store that cannot be read
          LOG.error("a request of {} could not be worked on", connection.remoteAddress(), fault);
          final var why = Diagnosis.of(DiagnosisCode.INTERNAL, settings.name());
          connection.respond(transaction, why.answer(transaction.request()));
        }
      });
    }

    @Override
    public void closed(final SipConnection connection, final CloseReason why, final String detail) {
      if (partners.isOurs(connection)) {
        partners.closed(connection);
      } else {
        accepted.closed(connection, why, detail);
      }
    }
  }
}

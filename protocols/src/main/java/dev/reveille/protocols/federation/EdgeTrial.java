package dev.reveille.protocols.federation;

import dev.reveille.http.client.NameServers;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Password;
import dev.reveille.protocols.federation.PartnerLookup.HostPort;
import dev.reveille.protocols.federation.TestReport.Result;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.sip.digest.DigestAlgorithm;
import dev.reveille.sip.digest.DigestChallenge;
import dev.reveille.sip.digest.DigestCredentials;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SipUri;
import dev.reveille.sip.transport.SipTransport;
import dev.reveille.sip.transport.TransportSettings;
import io.netty.channel.IoEventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/// Tries the way of a phone: connects to the edge over TLS without a certificate, asks what is
/// registered for a user, and signs in with the user's password. Nothing is registered by it, and
/// nothing of it is kept.
///
/// Thread-safe; a test blocks until it is over, at most 45 s.
public final class EdgeTrial implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(40);
  private static final Duration DRAIN = Duration.ofSeconds(1);

  /// Causes for which an edge refuses a phone without asking home.
  private static final Set<DiagnosisCode> OF_EDGE =
      Set.of(
          DiagnosisCode.OUTSIDE_USERS_OFF,
          DiagnosisCode.FOREIGN_DOMAIN,
          DiagnosisCode.TOO_MANY_TRIES);

  /// A host that cannot be: the edge answers over the connection and asks for no other.
  private static final String SENT_BY = "test.invalid";

  /// What is tried.
  ///
  /// @param user the address of record
  /// @param password as it was typed
  /// @param pool what the report names as its target; empty for the pool of this server
  /// @param algorithm the one whose challenge is answered; empty for the best that is offered
  public record Attempt(
      SipUri user, String password, String pool, Optional<DigestAlgorithm> algorithm) {
    /// Without the password.
    @Override
    public String toString() {
      return "Attempt[" + user + ", " + pool + ", " + algorithm + "]";
    }
  }

  /// Where the edge is.
  ///
  /// @param host empty where there is none
  /// @param address known where it is this process; else looked for in DNS
  public record Edge(String host, int port, Optional<InetSocketAddress> address) {}

  /// Thrown when a pool is not in the topology.
  public static final class NoSuchPool extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoSuchPool(final String pool) {
      super(
          "%s is no pool of the topology; `reveille settings list topology` shows them"
              .formatted(pool),
          null,
          false,
          false);
    }
  }

  /// Thrown when the user is of a domain that the organisation does not have: passwords of others
  /// are not for it to try.
  public static final class ForeignUser extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForeignUser(final String domain) {
      super(domain + " is no domain of the organisation", null, false, false);
    }
  }

  private final FederationTls tls;
  private final EffectiveSettings settings;
  private final Registry registry;
  private final Supplier<Edge> edge;
  private final InstantSource clock;
  private final PhoneConnection.Means means;

  /// @param here the host name of this server, for diagnoses
  /// @param edge asked at each test
  public EdgeTrial(
      final String here,
      final FederationTls tls,
      final NameServers servers,
      final EffectiveSettings settings,
      final Registry registry,
      final Supplier<Edge> edge,
      final IoEventLoopGroup loops,
      final InstantSource clock) {
    this.tls = tls;
    this.settings = settings;
    this.registry = registry;
    this.edge = edge;
    this.clock = clock;
    this.means =
        new PhoneConnection.Means(
            new SipTransport(loops, TransportSettings.STANDARD, SENT_BY, 0),
            new PartnerLookup(servers, new PartnerRules(settings, here), here),
            loops,
            here,
            LONGEST);
  }

  /// Runs a test.
  ///
  /// @throws NoSuchPool when the pool is none of the topology
  public TestReport run(final OrganisationId organisation, final Attempt attempt)
      throws InterruptedException {
    final var target = target(organisation, attempt.pool());
    final var at = clock.instant();
    final long began = System.nanoTime();
    Optional<SipResponse> response = Optional.empty();
    Optional<Diagnosis> why = Optional.empty();
    boolean isAsked = true;
    try {
      final var ended = signedIn(organisation, attempt);
      response = Optional.of(ended.answer());
      why = Diagnosis.in(ended.answer());
      isAsked = ended.isAsked();
    } catch (final PhoneConnection.Failed failed) {
      why = Optional.of(failed.why());
    }
    final var latency = Duration.ofNanos(System.nanoTime() - began);
    if (response.filter(SipResponse::isSuccess).isPresent() && !isAsked) {
      return new TestReport(
          target,
          at,
          latency,
          Optional.of(Result.FAILURE),
          "200 OK",
          Optional.empty(),
          TestStep.told(
              TestStep.OF_PHONES, TestStep.PASSWORD, "it was not asked for the password"));
    }
    if (response.filter(SipResponse::isSuccess).isPresent()) {
      return new TestReport(
          target,
          at,
          latency,
          Optional.of(Result.SUCCESS),
          "",
          Optional.empty(),
          TestStep.told(TestStep.OF_PHONES, null, ""));
    }
    final boolean noWay = response.filter(answer -> answer.status() != 504).isEmpty();
    final var step = step(why, response.isEmpty());
    return new TestReport(
        target,
        at,
        latency,
        noWay ? Optional.empty() : Optional.of(Result.FAILURE),
        noWay
            ? SyntheticTests.TIME_OUT
            : response.map(answer -> answer.status() + " " + answer.phrase()).orElse(""),
        why,
        TestStep.told(TestStep.OF_PHONES, step, why.map(Diagnosis::reason).orElse("")));
  }

  private TestStep step(final Optional<Diagnosis> why, final boolean isHere) {
    final boolean isOfEdge =
        why.filter(one -> one.source().equalsIgnoreCase(edge.get().host())).isPresent();
    if (isOfEdge && why.flatMap(Diagnosis::code).filter(OF_EDGE::contains).isPresent()) {
      return TestStep.PHONE_EDGE;
    }
    return why.flatMap(Diagnosis::code)
        .map(code -> TestStep.ofPhone(code, isHere))
        .orElse(isHere ? TestStep.PHONE_EDGE : TestStep.PASSWORD);
  }

  /// The pool of this server, or the one that is named, which must be in the topology.
  private String target(final OrganisationId organisation, final String pool) {
    final var own =
        settings.global(organisation, SettingsCatalogue.TOPOLOGY).text(SettingsCatalogue.HOME_POOL);
    final var asked = pool.toLowerCase(Locale.ROOT);
    if (asked.isEmpty() || asked.equals(own)) {
      return own;
    }
    return settings
        .find(organisation, SettingsCatalogue.TOPOLOGY, "pool:" + asked)
        .map(_ -> asked)
        .orElseThrow(() -> new NoSuchPool(pool));
  }

  /// @param isAsked whether the password was asked for
  private record Ended(SipResponse answer, boolean isAsked) {}

  /// Asks, answers the challenge, and once more where the nonce was too old.
  private Ended signedIn(final OrganisationId organisation, final Attempt attempt)
      throws PhoneConnection.Failed, InterruptedException {
    final var to = edge.get();
    if (to.host().isEmpty()) {
      throw new PhoneConnection.Failed(Diagnosis.notOpen(means.here()));
    }
    try (var connection =
        PhoneConnection.open(
            means, tls.withoutCertificate(), new HostPort(to.host(), to.port()), to.address())) {
      final var question = question(attempt.user());
      var answer = connection.ask(question);
      var challenge = challenge(answer, attempt);
      final boolean isAsked = challenge.isPresent();
      for (int count = 1; count <= 2 && challenge.isPresent(); count++) {
        final var credentials =
            DigestCredentials.answer(
                challenge.get(),
                username(organisation, attempt.user()),
                Password.read(attempt.password()).map(Password::text).orElse(attempt.password()),
                SipMethod.REGISTER,
                question.target(),
                UUID.randomUUID().toString(),
                1);
        final var fields = question.headers().toBuilder();
        fields.set(SipName.CSEQ, (1 + count) + " " + SipMethod.REGISTER);
        fields.set(SipName.AUTHORIZATION, credentials.fieldValue());
        answer = connection.ask(question.withHeaders(fields.build()));
        challenge = challenge(answer, attempt).filter(DigestChallenge::isStale);
      }
      return new Ended(answer, isAsked);
    }
  }

  private static Optional<DigestChallenge> challenge(
      final SipResponse answer, final Attempt attempt) {
    return answer.status() != 401
        ? Optional.empty()
        : answer.headers().all(SipName.WWW_AUTHENTICATE).stream()
            .map(DigestChallenge::parse)
            .flatMap(Optional::stream)
            .filter(one -> attempt.algorithm().map(one.algorithm()::equals).orElse(true))
            .findFirst();
  }

  /// The name with which the user signs in; one who is not known here is told by the way itself.
  private String username(final OrganisationId organisation, final SipUri user) {
    final var address = user.user() + "@" + user.host();
    return registry
        .findUser(organisation, "sip:" + address)
        .or(() -> registry.findUser(organisation, address))
        .or(() -> registry.findUser(organisation, user.user()))
        .map(found -> found.id().name())
        .orElse(user.user());
  }

  /// A REGISTER without Contact (RFC 3261 section 10.2.3).
  private static SipRequest question(final SipUri user) {
    final var own = NameAddress.of(SipUri.of(user.user(), user.host()));
    final var id = UUID.randomUUID().toString();
    return SipRequest.builder(SipMethod.REGISTER, "sip:" + user.host())
        .from(own.withParameter("tag", id.substring(0, 8)))
        .to(own)
        .callId(id)
        .cseq(1)
        .add(SipName.MAX_FORWARDS, "70")
        .build();
  }

  @Override
  public void close() {
    means.transport().close(DRAIN);
  }
}

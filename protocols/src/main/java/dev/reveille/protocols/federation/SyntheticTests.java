package dev.reveille.protocols.federation;

import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.federation.TestReport.Result;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.settings.EffectiveSetting;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SipUri;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Tests of the way to partners and to the clearing house, along the route that pushes take,
/// without a device and without disturbing a user. When something is wrong they stop there, name
/// it, and say what was not reached.
///
/// The steps before the one that failed are told as good only where the route passed them.
/// Thread-safe; each test blocks until it is over, at most 45 s.
public final class SyntheticTests {
  private static final String TYPE = "application/vnd.reveille.push+json";

  /// What the push services say of one credential of the clearing house.
  private static final String PLATFORM_FIELD = "Push-Platform";

  private static final Duration LONGEST = Duration.ofSeconds(45);
  private static final List<String> LINKS = List.of("http:", "https:");
  static final String TIME_OUT =
      "A 504 (Server time-out) response was received from the network and the operation failed.";
  private static final String REJECTED = "Push Notification request was rejected.";

  private final FederationWay way;
  private final EffectiveSettings settings;
  private final OrganisationDomains domains;
  private final String here;
  private final boolean edgeIsHere;
  private final EdgeTrial edge;
  private final InstantSource clock;

  /// @param here the host name of this server in diagnoses
  /// @param edgeIsHere whether the edge is in this process, so that what is found here is not about
  ///   the way to it
  /// @param edge the test of the way of phones
  public SyntheticTests(
      final FederationWay way,
      final EffectiveSettings settings,
      final OrganisationDomains domains,
      final String here,
      final boolean edgeIsHere,
      final EdgeTrial edge,
      final InstantSource clock) {
    this.edgeIsHere = edgeIsHere;
    this.edge = edge;
    this.way = way;
    this.settings = settings;
    this.domains = domains;
    this.here = here;
    this.clock = clock;
  }

  /// Whether a user can sign in through the edge, as a phone does.
  ///
  /// @throws EdgeTrial.NoSuchPool when the pool is none of the topology
  /// @throws EdgeTrial.ForeignUser when the user's domain is another organisation's
  public TestReport edge(final OrganisationId organisation, final EdgeTrial.Attempt attempt)
      throws InterruptedException {
    final var host = attempt.user().host();
    if (domains.organisationOf(host).filter(owner -> !owner.equals(organisation)).isPresent()) {
      throw new EdgeTrial.ForeignUser(host);
    }
    return edge.run(organisation, attempt);
  }

  /// Whether the server of a domain answers us as a partner.
  public TestReport federation(final OrganisationId organisation, final String domain)
      throws InterruptedException {
    final var from = ownDomain(organisation);
    if (from.isEmpty()) {
      return withoutDomain(organisation);
    }
    final var request =
        begin(SipMethod.OPTIONS, SipUri.of("", domain).toString(), from, domain).build();
    return told(organisation, domain, request, Optional.empty(), TestStep.OF_PARTNERS);
  }

  /// Whether a push would pass to the clearing house that the settings name.
  ///
  /// @param platform whether the clearing house asks the push services, too, if they take its
  ///   credentials; it does so once a minute at most
  public TestReport push(final OrganisationId organisation, final boolean platform)
      throws InterruptedException {
    final var from = ownDomain(organisation);
    if (from.isEmpty()) {
      return withoutDomain(organisation);
    }
    final var mobility = settings.global(organisation, SettingsCatalogue.MOBILITY);
    final var uri = SipUri.parse(mobility.text(SettingsCatalogue.PUSH_NOTIFICATION_PROXY_URI));
    final var wrong = wrongUri(organisation, uri);
    if (wrong.isPresent()) {
      return stopped(organisation, TestStep.URI, wrong.get());
    }
    final var domain = uri.orElseThrow().host().toLowerCase(Locale.ROOT);
    final var body =
        "{\"v\":1,\"id\":\"%s\",\"test\":true%s}"
            .formatted(UUID.randomUUID(), platform ? ",\"platform\":true" : "");
    final var request =
        begin(SipMethod.MESSAGE, uri.orElseThrow().toString(), from, domain)
            .body(TYPE, body.getBytes(StandardCharsets.UTF_8))
            .build();
    return told(
        organisation,
        domain,
        request,
        filtering(organisation),
        platform ? TestStep.OF_PLATFORMS : TestStep.OF_PARTNERS);
  }

  /// One URI for all: a scope with another one is named.
  private Optional<String> wrongUri(final OrganisationId organisation, final Optional<SipUri> uri) {
    if (uri.isEmpty()) {
      return Optional.of("mobility global has no push-notification-proxy-uri");
    }
    return settings.all(organisation, SettingsCatalogue.MOBILITY).values().stream()
        .filter(each -> !uriOf(each).equals(uri.map(SipUri::toString)))
        .map(each ->
            "mobility %s has %s, global has %s"
                .formatted(
                    each.identity(),
                    each.text(SettingsCatalogue.PUSH_NOTIFICATION_PROXY_URI),
                    uri.get()))
        .findFirst();
  }

  private static Optional<String> uriOf(final EffectiveSetting mobility) {
    return SipUri.parse(mobility.text(SettingsCatalogue.PUSH_NOTIFICATION_PROXY_URI))
        .map(SipUri::toString);
  }

  /// The scope whose IM filter rejects pushes.
  private Optional<String> filtering(final OrganisationId organisation) {
    return settings.all(organisation, SettingsCatalogue.IM_FILTER).values().stream()
        .filter(each -> each.isOn("enabled"))
        .filter(each -> LINKS.stream().anyMatch(each.texts("prefixes")::contains))
        .map(each ->
            "im-filter %s is enabled and lists %s"
                .formatted(
                    each.identity(),
                    String.join(
                        " and ", LINKS.stream().filter(each.texts("prefixes")::contains).toList())))
        .findFirst();
  }

  private String ownDomain(final OrganisationId organisation) {
    return domains.domainsOf(organisation).stream()
        .map(each -> each.value())
        .findFirst()
        .orElse("");
  }

  private static SipRequest.Builder begin(
      final String method, final String target, final String from, final String domain) {
    final var id = UUID.randomUUID().toString();
    return SipRequest.builder(method, target)
        .from(NameAddress.of(SipUri.of("test", from)).withParameter("tag", id.substring(0, 8)))
        .to(NameAddress.of(SipUri.of("", domain)))
        .callId(id + "@" + from)
        .cseq(1)
        .add(SipName.MAX_FORWARDS, "70");
  }

  private record Ended(Optional<SipResponse> response, Optional<Diagnosis> why) {}

  private TestReport told(
      final OrganisationId organisation,
      final String domain,
      final SipRequest request,
      final Optional<String> filter,
      final List<TestStep> all)
      throws InterruptedException {
    final var at = clock.instant();
    final long began = System.nanoTime();
    final var ended = ended(organisation, domain, request);
    final var latency = Duration.ofNanos(System.nanoTime() - began);
    final var why = ended.why.or(() -> ended.response.flatMap(Diagnosis::in));
    final boolean isGood = ended.response.filter(SipResponse::isSuccess).isPresent();
    final var failed = isGood ? null : step(why, ended);
    if (filter.isPresent() && (isGood || failed == TestStep.PLATFORM)) {
      return new TestReport(
          target(organisation),
          at,
          latency,
          Optional.empty(),
          REJECTED,
          Optional.empty(),
          TestStep.told(all, TestStep.FILTER, filter.get()));
    }
    if (failed == null) {
      return new TestReport(
          target(organisation),
          at,
          latency,
          Optional.of(Result.SUCCESS),
          "",
          Optional.empty(),
          good(all, ended.response));
    }
    final boolean noWay = ended.response.filter(answer -> answer.status() != 504).isEmpty();
    return new TestReport(
        target(organisation),
        at,
        latency,
        noWay ? Optional.empty() : Optional.of(Result.FAILURE),
        noWay
            ? TIME_OUT
            : ended.response.map(answer -> answer.status() + " " + answer.phrase()).orElse(""),
        why,
        TestStep.told(all, failed, why.map(SyntheticTests::found).orElse("")));
  }

  /// Of a credential that is refused, whose it is; of other causes the sentence.
  private static String found(final Diagnosis why) {
    return why.code().filter(code -> code == DiagnosisCode.PLATFORM_REFUSED).isEmpty()
        ? why.reason()
        : "the credential %s of app %s for %s is not taken (%s)"
            .formatted(
                why.details().getOrDefault("credential", "?"),
                why.details().getOrDefault("app", "?"),
                why.details().getOrDefault("service", "?"),
                why.details().getOrDefault("words", ""));
  }

  /// All steps as good; the one of the push services says which credentials were tried.
  private static List<TestReport.Step> good(
      final List<TestStep> all, final Optional<SipResponse> response) {
    final var told = new ArrayList<>(TestStep.told(all, null, ""));
    if (all.contains(TestStep.PLATFORM)) {
      final var tried =
          response
              .map(answer -> String.join(", ", answer.headers().all(PLATFORM_FIELD)))
              .filter(words -> !words.isEmpty())
              .orElse("there is no credential for Apple or Google to be tried");
      told.removeLast();
      told.add(new TestReport.Step(TestStep.PLATFORM, TestReport.State.OK, tried));
    }
    return told;
  }

  private TestStep step(final Optional<Diagnosis> why, final Ended ended) {
    final boolean isHere =
        ended.response.isEmpty() && why.filter(one -> one.source().equals(here)).isPresent();
    return why.flatMap(Diagnosis::code)
        .map(code -> TestStep.of(code, isHere && !edgeIsHere))
        .orElse(TestStep.CLEARING_HOUSE);
  }

  private Ended ended(
      final OrganisationId organisation, final String domain, final SipRequest request)
      throws InterruptedException {
    final var told = new CompletableFuture<Ended>();
    way.send(
        organisation,
        domain,
        request,
        new FederationWay.Answered() {
          @Override
          public void answered(final SipResponse response) {
            told.complete(new Ended(Optional.of(response), Optional.empty()));
          }

          @Override
          public void failed(final Diagnosis why, final boolean mayHaveArrived) {
            told.complete(new Ended(Optional.empty(), Optional.of(why)));
          }
        });
    try {
      return told.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (final TimeoutException | ExecutionException late) {
      return new Ended(Optional.empty(), Optional.of(Diagnosis.of(DiagnosisCode.NO_ANSWER, here)));
    }
  }

  private TestReport withoutDomain(final OrganisationId organisation) {
    return stopped(
        organisation,
        TestStep.EDGE,
        "the organisation has no domain: `reveille domains add DOMAIN`");
  }

  private TestReport stopped(
      final OrganisationId organisation, final TestStep at, final String words) {
    return new TestReport(
        target(organisation),
        clock.instant(),
        Duration.ZERO,
        Optional.empty(),
        TIME_OUT,
        Optional.empty(),
        TestStep.told(TestStep.OF_PARTNERS, at, words));
  }

  private String target(final OrganisationId organisation) {
    return settings
        .global(organisation, SettingsCatalogue.TOPOLOGY)
        .text(SettingsCatalogue.HOME_POOL);
  }
}

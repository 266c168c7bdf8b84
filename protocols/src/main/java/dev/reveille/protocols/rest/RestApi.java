package dev.reveille.protocols.rest;

import dev.reveille.http.Faults;
import dev.reveille.http.routes.PathTable;
import dev.reveille.http.server.Answer;
import dev.reveille.http.server.BodyHead;
import dev.reveille.http.server.BodyOwner;
import dev.reveille.http.server.BodyRule;
import dev.reveille.http.server.Exchange;
import dev.reveille.http.server.HttpHandler;
import dev.reveille.http.server.Problems;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.answers.Routes;
import dev.reveille.protocols.answers.SlowRequests;
import dev.reveille.protocols.clearinghouse.PushQuota;
import dev.reveille.protocols.clearinghouse.QuotaNotes;
import dev.reveille.protocols.federation.SyntheticTests;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.notificationhubs.SendExplanations;
import dev.reveille.protocols.openapi.ApiDocument;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.routing.Routing;
import dev.reveille.routing.port.Administration;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.settings.SettingRefused;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The HTTP API for operators, senders and apps' backends: everything below `/v1`, and what
/// describes it.
///
/// Hand it to an [dev.reveille.http.server.HttpListener]. Thread-safe.
public final class RestApi implements HttpHandler {
  private static final Faults FAULTS = new Faults(LoggerFactory.getLogger(RestApi.class));
  private static final String EVENTS = "/v1/events";
  private static final BodyRule HAND_IN = BodyRule.whole(4 * 1024 * 1024);
  private static final BodyRule USUAL = BodyRule.whole(256 * 1024);

  /// Sees to it that a request is answered, now or later; may block.
  @FunctionalInterface
  private interface Handling {
    void handle(Request request);
  }

  /// Answers a request; may block.
  @FunctionalInterface
  interface Action {
    Answer answer(Request request);
  }

  /// Takes an address into the table.
  @FunctionalInterface
  interface Adding {
    /// @param query the parameters that it takes
    void on(String method, String pattern, Action action, String... query);
  }

  /// @param isOpen needs no key
  private record Address(boolean isOpen, Handling handling) {}

  private final Authenticator authenticator;
  private final EventSubmissions handIns;
  private final Routes<Address> addresses = new Routes<>(PathTable.Rules.EXACT, USUAL);
  private final SlowRequests slow;
  private final LargeBodies large;
  private final TestsResource tests = new TestsResource();
  private final QuotaResource quota = new QuotaResource();

  /// @param live who is connected, for the list of devices
  /// @param check asked before a platform credential is kept
  /// @param findings what the server finds wrong with its push services
  public RestApi(
      final Routing routing,
      final Administration kept,
      final Hubs hubs,
      final CommunicationResources resources,
      final LiveRoutes live,
      final CredentialCheck check,
      final Findings findings,
      final RestLimits limits) {
    this(
        routing,
        kept,
        hubs,
        resources,
        live,
        check,
        findings,
        limits,
        LargeBodies.threads(),
        LookupFairness.besideOneProcessor());
  }

  /// @param large reads large hand-ins
  /// @param lookUps turns to look up many recipients
  RestApi(
      final Routing routing,
      final Administration kept,
      final Hubs hubs,
      final CommunicationResources resources,
      final LiveRoutes live,
      final CredentialCheck check,
      final Findings findings,
      final RestLimits limits,
      final Executor large,
      final LookupFairness lookUps) {
    this.large = new LargeBodies(large);
    this.slow = new SlowRequests(limits.blockingAtOnce(), routing.clock());
    final var registry = kept.registry();
    final var secrets = kept.secrets();
    final var answers = new EventAnswers(routing.records().ids(), routing.calls());
    final var ends = new CallEnds(routing.calls(), answers);
    this.authenticator = new Authenticator(secrets, limits);
    this.handIns =
        new EventSubmissions(routing, ends, answers, authenticator, lookUps, this::goOnSlowly);

    final var events = new EventsResource(routing.records(), answers);
    final var users = new UsersResource(registry);
    routesOfDocuments();
    routesOfWork(routing, registry, hubs, events, ends);
    routesOfCalls(routing, registry, secrets, limits, answers, ends);
    routesOfPeople(routing, kept, live, users, events);
    AppRoutes.add(this::on, kept, hubs, check);
    routesOfHubs(hubs);
    routesOfNamespaces(new NamespacesResource(hubs, resources.namespaces(), registry));
    routesOfResources(new ResourcesResource(resources, hubs, registry));
    routesOfOperators(kept, hubs, resources, routing, answers);
    routesOfSettings(new SettingsResource(kept.settings()));
    FederationRoutes.add(this::on, kept, tests, quota, routing.clock());
    final var found = new FindingsResource(registry, findings);
    on("GET", "/v1/findings", found::list);
  }

  /// Quotas of partners are shown from now on.
  public void offer(final PushQuota ofPartners, final QuotaNotes ofOthers) {
    quota.offer(ofPartners, ofOthers);
  }

  /// Synthetic tests are run from now on.
  public void offer(final SyntheticTests offered) {
    tests.offer(offered);
  }

  private void routesOfDocuments() {
    final var document = ApiDocument.load();
    open("GET", "/openapi.json", _ -> document.document());
    open("GET", "/docs", _ -> document.page());
    open("GET", "/v1/reasons", KeysResource::reasons);
    open("GET", "/v1/reasons/{}", KeysResource::reason);
  }

  /// Events, sends, and what became of them.
  private void routesOfWork(
      final Routing routing,
      final Registry registry,
      final Hubs hubs,
      final EventsResource events,
      final CallEnds ends) {
    final var trail = new TrailResource(events, routing.records(), registry, routing.calls(), ends);
    final var sends =
        new SendsResource(
            routing.sends(), routing.records().ids(), new SendExplanations(hubs, routing.sends()));
    addresses.on("POST", EVENTS, HAND_IN, new Address(false, this::handIn), DryRunAnswer.PARAMETER);
    on("GET", EVENTS, events::find, "source", "id");
    on("GET", "/v1/events/trail", trail::find, "source", "id", "after");
    on("GET", "/v1/events/{}", events::show);
    on("GET", "/v1/events/{}/trail", trail::show, "after");
    on("GET", "/v1/sends/{}", sends::show);
    on("POST", "/v1/sends/{}/cancel", sends::cancel);
    on("GET", "/v1/sends/{}/targets", sends::targets, "after", "limit");
    on("GET", "/v1/sends/{}/targets/{}", sends::target);
    on(
        "GET",
        "/v1/sends/{}/registrations",
        sends::registrations,
        "target",
        "matched",
        "after",
        "limit");
  }

  private void routesOfCalls(
      final Routing routing,
      final Registry registry,
      final SecretStore secrets,
      final RestLimits limits,
      final EventAnswers answers,
      final CallEnds ends) {
    final var calls =
        new CallsResource(
            routing.calls(),
            ends,
            answers,
            routing.directory(),
            registry,
            new WaitingPlaces(limits, routing.clock()),
            authenticator);
    secrets.onKeyChange(_ -> Thread.startVirtualThread(calls::keysChanged));
    handled("GET", "/v1/calls/{}", calls::show, "wait");
    on("POST", "/v1/calls/{}/cancel", calls::cancel);
    on("POST", "/v1/calls/{}/answer-elsewhere", calls::answerElsewhere);
    on("POST", "/v1/calls/{}/answer", calls::answer);
    on("POST", "/v1/calls/{}/decline", calls::decline);
  }

  /// Users, their protection, password and inbox, and their devices.
  private void routesOfPeople(
      final Routing routing,
      final Administration kept,
      final LiveRoutes live,
      final UsersResource users,
      final EventsResource events) {
    final var registry = kept.registry();
    final var secrets = kept.secrets();
    final var protection = new ProtectionResource(registry, users, routing.clock());
    final var person = new PersonResource(routing, registry, secrets, users, events);
    final var installations = new InstallationsResource(registry, secrets, live, users);
    final var password = new PasswordResource(kept.passwords(), kept.domains(), users);
    on("GET", "/v1/users", users::list, "after", "limit", "alike");
    on("GET", "/v1/users/{}", users::show);
    on("PUT", "/v1/users/{}", users::put);
    on("PATCH", "/v1/users/{}", users::patch);
    on("DELETE", "/v1/users/{}", users::delete);
    on("GET", "/v1/users/{}/protection", protection::show);
    on("PUT", "/v1/users/{}/protection", protection::put);
    on("PATCH", "/v1/users/{}/protection", protection::patch);
    on("PUT", "/v1/users/{}/muted/{}", protection::mute);
    on("DELETE", "/v1/users/{}/muted/{}", protection::unmute);
    on("GET", "/v1/users/{}/password", password::show);
    on("PUT", "/v1/users/{}/password", password::put);
    on("DELETE", "/v1/users/{}/password", password::delete);
    on("GET", "/v1/users/{}/presence", person::presence);
    on("GET", "/v1/users/{}/inbox", person::inbox, "after", "limit");
    on("GET", "/v1/users/{}/events", person::newest, "limit");
    on("POST", "/v1/users/{}/codes", person::code);
    on("GET", "/v1/installations", installations::list, "user", "after", "limit");
    on("GET", "/v1/installations/{}", installations::show);
    on("DELETE", "/v1/installations/{}", installations::delete);
  }

  /// Notification hubs with their policies; their credentials are those of their apps.
  private void routesOfHubs(final Hubs hubs) {
    final var resource = new HubsResource(hubs);
    on("GET", "/v1/hubs", resource::list, "after");
    on("POST", "/v1/hubs", resource::make);
    on("GET", "/v1/hubs/{}", resource::show, HubsResource.NAMESPACE);
    on("PATCH", "/v1/hubs/{}", resource::patch, HubsResource.NAMESPACE);
    on("DELETE", "/v1/hubs/{}", resource::delete, "registrations", HubsResource.NAMESPACE);
    on("PUT", "/v1/hubs/{}/policies/{}", resource::putPolicy, HubsResource.NAMESPACE);
    on("DELETE", "/v1/hubs/{}/policies/{}", resource::deletePolicy, HubsResource.NAMESPACE);
    on("POST", "/v1/hubs/{}/policies/{}/rekey", resource::rekey, HubsResource.NAMESPACE);
  }

  /// Namespaces with host names of their own.
  private void routesOfNamespaces(final NamespacesResource namespaces) {
    on("GET", "/v1/namespaces", namespaces::list, "after");
    on("POST", "/v1/namespaces", namespaces::make);
    on("GET", "/v1/namespaces/{}", namespaces::show);
    on("DELETE", "/v1/namespaces/{}", namespaces::delete, "hubs", "registrations");
  }

  /// What the organisation has as an Azure subscription.
  private void routesOfResources(final ResourcesResource resources) {
    on("GET", "/v1/resources", resources::list);
    on("PATCH", "/v1/resources/{}", resources::patch);
    on("PUT", "/v1/resources/{}/apps/{}", resources::bind);
    on("DELETE", "/v1/resources/{}/apps/{}", resources::unbind);
    on("PUT", "/v1/resources/subscriptions/{}", resources::declare);
    on("DELETE", "/v1/resources/subscriptions/{}", resources::withdraw);
  }

  private void routesOfSettings(final SettingsResource settings) {
    on("GET", "/v1/settings", settings::catalogue, "after");
    on("GET", "/v1/settings/{}", settings::list, "after");
    on("GET", "/v1/settings/{}/{}", settings::show);
    on("PUT", "/v1/settings/{}/{}", settings::put);
    on("PATCH", "/v1/settings/{}/{}", settings::patch);
    on("DELETE", "/v1/settings/{}/{}", settings::delete);
    on("POST", "/v1/settings/{}/{}/enable", settings::enable);
    on("POST", "/v1/settings/{}/{}/disable", settings::disable);
  }

  /// The audit log, organisations, and the keys of this API.
  private void routesOfOperators(
      final Administration kept,
      final Hubs hubs,
      final CommunicationResources resources,
      final Routing routing,
      final EventAnswers answers) {
    final var audit = new AuditResource(kept.settings());
    final var keys = new KeysResource(kept.secrets(), routing, answers);
    final var organisations =
        new OrganisationsResource(
            kept.registry(), kept.secrets(), hubs, resources, routing.clock());
    on("GET", "/v1", keys::self);
    on("GET", "/v1/audit", audit::list, "limit", "after", "who", "kind", "since", "until");
    on("GET", "/v1/organisations", organisations::list, "after", "limit");
    on("POST", "/v1/organisations", organisations::make);
    on("GET", "/v1/organisations/{}", organisations::show);
    on("DELETE", "/v1/organisations/{}", organisations::delete, "contents");
    on("GET", "/v1/keys", keys::list, "after");
    on("POST", "/v1/keys", keys::make);
    on("DELETE", "/v1/keys/{}", keys::remove);
  }

  private void on(
      final String method, final String pattern, final Action action, final String... query) {
    handled(method, pattern, request -> request.exchange().answer(action.answer(request)), query);
  }

  /// For requests that are answered later.
  private void handled(
      final String method, final String pattern, final Handling handling, final String... query) {
    addresses.on(method, pattern, new Address(false, handling), query);
  }

  /// For addresses that need no key.
  private void open(final String method, final String pattern, final Action action) {
    addresses.on(
        method,
        pattern,
        new Address(true, request -> request.exchange().answer(action.answer(request))));
  }

  @Override
  public Problems problems() {
    return Answers::ofListener;
  }

  /// The query parameters of every address that takes some.
  Map<String, Set<String>> parameters() {
    return addresses.parameters();
  }

  /// Every address with its methods.
  Map<String, Set<String>> addresses() {
    return addresses.addresses();
  }

  @Override
  public BodyRule bodyRule(final String method, final String path) {
    return addresses.bodyRule(method, path);
  }

  @Override
  public @Nullable BodyOwner bodyOwner(final BodyHead head) {
    final var principal = authenticator.remembered(head.authorization());
    if (principal != null) {
      return new BodyOwner.Pays(principal);
    }
    return Authenticator.mayBeKey(head.authorization()) ? null : lookUp(head);
  }

  @Override
  public BodyOwner lookUp(final BodyHead head) {
    try {
      return new BodyOwner.Pays(authenticator.principal(head.authorization(), head.client()));
    } catch (Refusal refusal) {
      return new BodyOwner.Refused(Answers.problem(refusal));
    } catch (StoreException failed) {
      FAULTS.failed(failed, "the key of {} cannot be looked up", head);
      return new BodyOwner.Refused(Answers.storeFailed());
    }
  }

  @Override
  public void handle(final Exchange exchange) {
    final var principal = authenticator.remembered(exchange.header("authorization").orElse(""));
    if (principal != null) {
      exchange.chargeTo(principal);
    }
    if (principal == null || !isHandIn(exchange) || !exchange.rawQuery().isEmpty()) {
      slow.run(
          exchange,
          principal == null ? null : principal.organisation(),
          problems(),
          place -> guarded(exchange, () -> find(exchange, place)));
    } else {
      handIn(EventSubmissions.On.CONNECTION, exchange, principal);
    }
  }

  /// A large body is read where it keeps no other request waiting.
  private void handIn(
      final EventSubmissions.On on, final Exchange exchange, final Principal principal) {
    if (exchange.body().length <= LargeBodies.LARGE) {
      handIns.take(on, exchange, principal);
    } else {
      large.read(
          principal.organisation(),
          () ->
              guarded(
                  exchange, () -> handIns.take(EventSubmissions.On.LARGE, exchange, principal)));
    }
  }

  private void goOnSlowly(final Exchange exchange, final Principal principal, final Runnable rest) {
    slow.run(exchange, principal.organisation(), problems(), _ -> guarded(exchange, rest));
  }

  private static boolean isHandIn(final Exchange exchange) {
    return exchange.method().equals("POST") && exchange.path().equals(EVENTS);
  }

  /// For threads of our own: a fault becomes an answer. A request whose peer has left meanwhile is
  /// dropped.
  private static void guarded(final Exchange exchange, final Runnable work) {
    if (exchange.isAbandoned()) {
      exchange.drop();
      return;
    }
    try {
      work.run();
    } catch (Refusal refusal) {
      exchange.answer(Answers.problem(refusal));
    } catch (Registry.Taken taken) {
      exchange.answer(problem(Reason.EXISTS, taken));
    } catch (Hubs.Refused refused) {
      exchange.answer(problem(refused.why(), refused));
    } catch (SettingsStore.Stale stale) {
      exchange.answer(problem(Reason.CHANGED_MEANWHILE, stale));
    } catch (SettingRefused refused) {
      exchange.answer(problem(refused.why(), refused));
    } catch (StoreException failed) {
      FAULTS.failed(failed, "{} failed", exchange);
      exchange.answer(Answers.storeFailed());
    } catch (RuntimeException | Error fault) {
      FAULTS.failed(fault, "{} failed", exchange);
      exchange.answer(Answers.problem(Reason.INTERNAL, ""));
    }
  }

  private static Answer problem(final Reason why, final RuntimeException said) {
    return Answers.problem(why, String.valueOf(said.getMessage()));
  }

  /// Who asks by an API key, for other interfaces of the listener.
  public ApiCallers callers() {
    return new ApiCallers(authenticator);
  }

  /// The places of requests that may wait for the store, which other interfaces of the listener
  /// share.
  public SlowRequests slow() {
    return slow;
  }

  /// How many requests wait for the store now.
  public long waiting() {
    return slow.running();
  }

  /// How often there were too many of them.
  public long refused() {
    return slow.refused();
  }

  private void find(final Exchange exchange, final SlowRequests.Place place) {
    final var found = addresses.find(exchange);
    if (found == null) {
      return;
    }
    final var address = found.action();
    final var principal = address.isOpen() ? null : principal(exchange, place);
    address.handling().handle(new Request(exchange, principal, found.values()));
  }

  private Principal principal(final Exchange exchange, final SlowRequests.Place place) {
    final var principal =
        authenticator.principal(exchange.header("authorization").orElse(""), exchange.peer());
    exchange.chargeTo(principal);
    place.belongsTo(principal.organisation());
    if (!isHandIn(exchange)) { // which counts its events itself
      Authenticator.ration(principal, 1);
    }
    return principal;
  }

  private void handIn(final Request request) {
    handIn(EventSubmissions.On.SLOW, request.exchange(), request.principal());
  }
}

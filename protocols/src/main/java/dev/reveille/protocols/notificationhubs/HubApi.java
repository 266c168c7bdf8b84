package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.Faults;
import dev.reveille.http.routes.PathTable;
import dev.reveille.http.server.Answer;
import dev.reveille.http.server.BodyHead;
import dev.reveille.http.server.BodyOwner;
import dev.reveille.http.server.BodyRule;
import dev.reveille.http.server.Exchange;
import dev.reveille.http.server.HttpHandler;
import dev.reveille.http.server.Problems;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.answers.SlowRequests;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.protocols.sas.SharedAccessPolicy;
import dev.reveille.protocols.sas.SharedAccessSignature;
import dev.reveille.protocols.sas.SignatureVerdict;
import dev.reveille.protocols.sas.SignedRequest;
import dev.reveille.routing.Routing;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The HTTP interface of Azure Notification Hubs, for the hubs of the default namespace: the first
/// segment of a path is the hub's name. All refusals, also those of the listener, have that
/// service's form in XML.
///
/// [#chosen] says which requests of a listener are meant for the default namespace, [#at] which for
/// one with a host name of its own. Thread-safe.
public final class HubApi implements HttpHandler {
  static final String NEWEST_VERSION = "2020-06";

  /// Those that clients are known to send.
  private static final Set<String> VERSIONS =
      Set.of(
          "2013-04", "2013-08", "2013-10", "2014-01", "2014-05", "2014-08", "2014-09", "2015-01",
          "2015-04", "2015-08", "2016-07", "2017-04", "2017-11", "2020-06");

  /// Of a notification, in bytes.
  public static final int LARGEST_MESSAGE = 64 * 1024;

  private static final BodyRule MESSAGE = BodyRule.whole(LARGEST_MESSAGE);
  private static final BodyRule BATCH = BodyRule.whole(1024 * 1024);
  private static final BodyRule USUAL = BodyRule.whole(256 * 1024);
  private static final String TRACKING = "TrackingId";

  /// Stands in place of a hub where all of them are asked for.
  private static final String RESOURCES = "$Resources";

  private static final int LONGEST_TRACKING = 128;

  /// Of a signature that is judged by the policies of every hub of that name.
  private static final int LONGEST_FOR_ALL = 1_024;

  private static final Faults FAULTS = new Faults(LoggerFactory.getLogger(HubApi.class));

  /// Answers a request; may block.
  @FunctionalInterface
  private interface Action {
    Answer answer(HubCall call);
  }

  private record Route(AccessRight right, BodyRule body, Action action) {}

  private final Hubs hubs;
  private final SlowRequests slow;
  private final InstantSource clock;
  private final PathTable<Route> routes =
      new PathTable<>(new PathTable.Rules(/* ignoreCase= */ true, /* trailingSlash= */ true));

  /// By their names: one is asked for several times for each request.
  private final Map<String, HttpHandler> atHosts = new ConcurrentHashMap<>();

  /// Answers the requests of one namespace.
  private record OfNamespace(HubApi api, String namespace) implements HttpHandler {
    @Override
    public BodyRule bodyRule(final String method, final String path) {
      return api.bodyRule(method, path);
    }

    @Override
    public BodyOwner bodyOwner(final BodyHead head) {
      return api.bodyOwner(namespace, head);
    }

    @Override
    public void handle(final Exchange exchange) {
      api.handle(namespace, exchange);
    }

    @Override
    public Problems problems() {
      return api.problems();
    }
  }

  /// @param jobs carries out what hubs are asked to export and import
  /// @param slow the places of requests that may wait for the store
  public HubApi(
      final Hubs hubs,
      final Registry registry,
      final HubRegistrations registrations,
      final Routing routing,
      final HubJobRuns jobs,
      final SlowRequests slow) {
    this.hubs = hubs;
    this.slow = slow;
    this.clock = routing.clock();
    final var entries = new HubEntries(registrations, hubs, routing::roomLeft, clock);
    final var kept = new RegistrationCalls(entries);
    final var installations = new InstallationCalls(entries);
    final var notifications = new NotificationCalls(routing, registry, registrations);
    final var descriptions = new DescriptionCalls(hubs, clock);
    final var ofJobs = new HubJobCalls(jobs);
    on("POST", "/{}/registrationids", AccessRight.LISTEN, kept::newId);
    on("GET", "/{}/registrations", AccessRight.LISTEN, kept::list);
    on("POST", "/{}/registrations", AccessRight.LISTEN, kept::create);
    on("GET", "/{}/registrations/{}", AccessRight.LISTEN, kept::show);
    on("PUT", "/{}/registrations/{}", AccessRight.LISTEN, kept::put);
    on("DELETE", "/{}/registrations/{}", AccessRight.LISTEN, kept::delete);
    on("GET", "/{}/tags/{}/registrations", AccessRight.MANAGE, kept::listByTag);
    on("GET", "/{}/installations/{}", AccessRight.LISTEN, installations::show);
    on("PUT", "/{}/installations/{}", AccessRight.LISTEN, installations::put);
    on("PATCH", "/{}/installations/{}", AccessRight.LISTEN, installations::patch);
    on("DELETE", "/{}/installations/{}", AccessRight.LISTEN, installations::delete);
    on("POST", "/{}/messages", AccessRight.SEND, MESSAGE, notifications::send);
    on("POST", "/{}/messages/$batch", AccessRight.SEND, BATCH, notifications::batch);
    on("GET", "/{}/messages/{}", AccessRight.SEND, notifications::show);
    on("POST", "/{}/schedulednotifications", AccessRight.SEND, MESSAGE, notifications::schedule);
    on("DELETE", "/{}/schedulednotifications/{}", AccessRight.SEND, notifications::cancel);
    on("POST", "/{}/jobs", AccessRight.MANAGE, MESSAGE, ofJobs::submit);
    on("GET", "/{}/jobs", AccessRight.MANAGE, ofJobs::list);
    on("GET", "/{}/jobs/{}", AccessRight.MANAGE, ofJobs::show);
    on("GET", "/{}", AccessRight.MANAGE, descriptions::show);
    on("PUT", "/{}", AccessRight.MANAGE, descriptions::put);
    on("DELETE", "/{}", AccessRight.MANAGE, descriptions::delete);
    on("GET", "/" + RESOURCES + "/NotificationHubs", AccessRight.MANAGE, descriptions::list);
  }

  private void on(
      final String method, final String pattern, final AccessRight right, final Action action) {
    on(method, pattern, right, USUAL, action);
  }

  private void on(
      final String method,
      final String pattern,
      final AccessRight right,
      final BodyRule body,
      final Action action) {
    final var _ = routes.put(method, pattern, new Route(right, body, action));
  }

  /// Every address with its methods.
  Map<String, Set<String>> addresses() {
    return new TreeMap<>(routes.addresses());
  }

  /// What answers at the host of a namespace, which is all that answers there; null at the server's
  /// other names. For [dev.reveille.http.server.Handlers#byHost].
  ///
  /// @param authority the host as the request names it, perhaps with a port
  public @Nullable HttpHandler at(final String authority) {
    final var namespace = hubs.namespaces().at(authority);
    return namespace == null
        ? null
        : atHosts.computeIfAbsent(namespace.name(), name -> new OfNamespace(this, name));
  }

  /// Whether a request is for a hub of the default namespace, by its path: where there are hubs,
  /// all are that do not begin with a word of another interface. For
  /// [dev.reveille.http.server.Handlers#choosing].
  public @Nullable HttpHandler chosen(final String path) {
    if (hubs.isEmpty(Hub.DEFAULT_NAMESPACE) || path.length() < 2) {
      return null;
    }
    final int end = path.indexOf('/', 1);
    final var first = path.substring(1, end < 0 ? path.length() : end);
    return first.startsWith(".") || ReservedHubNames.ALL.contains(first.toLowerCase(Locale.ROOT))
        ? null
        : this;
  }

  // ---- requests -------------------------------------------------------------------------------

  @Override
  public BodyRule bodyRule(final String method, final String path) {
    final var match = routes.find(List.of(path.substring(1).split("/", -1)));
    final var route = match == null ? null : match.of(method);
    return route == null ? USUAL : route.body();
  }

  @Override
  public BodyOwner bodyOwner(final BodyHead head) {
    return bodyOwner(Hub.DEFAULT_NAMESPACE, head);
  }

  private BodyOwner bodyOwner(final String namespace, final BodyHead head) {
    try {
      final int end = head.path().indexOf('/', 1);
      final var first = head.path().substring(1, end < 0 ? head.path().length() : end);
      if (isForAll(first)) { // its only operation has none
        throw HubRefused.malformed("there is no body to be read at " + head.path());
      }
      return new BodyOwner.Pays(
          caller(
              namespace,
              first,
              head.authorization(),
              SignedRequest.of(head.host(), head.target())));
    } catch (final HubRefused refused) {
      final var tracking = tracking(head.headers().apply(TRACKING.toLowerCase(Locale.ROOT)));
      return new BodyOwner.Refused(answer(refused, tracking).with(named(tracking)));
    }
  }

  @Override
  public void handle(final Exchange exchange) {
    handle(Hub.DEFAULT_NAMESPACE, exchange);
  }

  private void handle(final String namespace, final Exchange exchange) {
    final var tracking = tracking(exchange.header(TRACKING));
    exchange.alsoSay(named(tracking));
    try {
      final var match = match(exchange.segments());
      final var caller =
          caller(
              namespace,
              exchange.segments().getFirst(),
              exchange.header("authorization").orElse(""),
              SignedRequest.of(exchange.host(), exchange.rawTarget()));
      exchange.chargeTo(caller);
      if (match == null) {
        throw new HubRefused(
            new HubProblem(404, 40_400, "there is no operation at " + exchange.path()));
      }
      final var route = match.of(exchange.method());
      if (route == null) {
        throw new HubRefused(
                HubProblem.of(405, exchange.method() + " does not work here; " + match.allowed()))
            .with("Allow", match.allowed());
      }
      caller.need(route.right());
      final var query = HubCall.query(exchange.rawQuery());
      checkVersion(query);
      final var call = new HubCall(exchange, caller, match.values(), query, tracking);
      slow.run(
          exchange,
          caller.hub().organisation(),
          (status, detail) -> answer(HubProblem.of(status, detail), tracking),
          _ -> guarded(exchange, tracking, () -> exchange.answer(route.action().answer(call))));
    } catch (final HubRefused refused) {
      exchange.answer(answer(refused, tracking));
    }
  }

  /// The word for all hubs has a route of its own, and is no hub.
  private PathTable.@Nullable Match<Route> match(final List<String> segments) {
    final var found = routes.find(segments);
    return found != null && isForAll(segments.getFirst()) && !found.values().isEmpty()
        ? null
        : found;
  }

  private static boolean isForAll(final String first) {
    return first.equalsIgnoreCase(RESOURCES);
  }

  /// Older ones, as any date looks, are taken; what is newer than the newest known one is not.
  private static void checkVersion(final Map<String, String> query) {
    final var version = query.getOrDefault("api-version", "");
    if (version.isEmpty() || VERSIONS.contains(version)) {
      return;
    }
    final boolean isOlder =
        version.matches("20[0-9]{2}-[0-9]{2}(?:-[0-9]{2})?(?:-preview)?")
            && version.compareTo(NEWEST_VERSION) < 0;
    if (!isOlder) {
      throw HubRefused.malformed(
          "the api-version is not known here; what works: "
              + String.join(", ", VERSIONS.stream().sorted().toList()));
    }
  }

  /// @throws HubRefused when there is no such hub, or the signature is none for the request
  private HubCaller caller(
      final String namespace,
      final String name,
      final String authorization,
      final SignedRequest request) {
    if (isForAll(name)) {
      if (authorization.length() > LONGEST_FOR_ALL) {
        throw new HubRefused(
            new HubProblem(
                SignatureVerdict.Refused.STATUS,
                SignatureVerdict.SubCode.MALFORMED_TOKEN.number(),
                "for " + RESOURCES + " it has at most " + LONGEST_FOR_ALL + " characters"));
      }
      return caller(
          authorization, request, named -> hubs.policies(namespace, named), hubs::ofPolicy);
    }
    final var hub = hubs.find(namespace, name).orElseThrow(() -> noHub(name));
    return caller(authorization, request, named -> hubs.policies(hub, named), _ -> hub);
  }

  private static HubRefused noHub(final String name) {
    final var why =
        name.isEmpty()
            ? "a path begins with the name of a hub"
            : "there is no hub " + name + "; `reveille hubs add` makes one";
    return new HubRefused(new HubProblem(404, 40_400, why));
  }

  private HubCaller caller(
      final String authorization,
      final SignedRequest request,
      final Function<String, Collection<SharedAccessPolicy>> policies,
      final Function<SharedAccessPolicy, Hub> hub) {
    return switch (SharedAccessSignature.judge(authorization, request, policies, now())) {
      case SignatureVerdict.Granted(var policy) -> new HubCaller(hub.apply(policy), policy);
      case SignatureVerdict.Refused(var why, var detail) ->
          throw new HubRefused(
              new HubProblem(SignatureVerdict.Refused.STATUS, why.number(), detail));
    };
  }

  private void guarded(final Exchange exchange, final String tracking, final Runnable work) {
    if (exchange.isAbandoned()) {
      exchange.drop();
      return;
    }
    try {
      work.run();
    } catch (final HubRefused refused) {
      exchange.answer(answer(refused, tracking));
    } catch (final Refusal refusal) {
      exchange.answer(answer(HubProblem.malformed(refusal.detail()), tracking));
    } catch (final Registry.Taken
        | Hubs.Refused _) { // it or its organisation was removed meanwhile
      exchange.answer(answer(HubProblem.of(404, "there is no such hub any more"), tracking));
    } catch (final StoreException failed) {
      FAULTS.failed(failed, "{} failed", exchange);
      exchange.answer(
          answer(
                  new HubProblem(503, 50_300, "the server cannot keep anything now; try again"),
                  tracking)
              .with("Retry-After", "5"));
    } catch (final RuntimeException | Error fault) {
      FAULTS.failed(fault, "{} failed", exchange);
      exchange.answer(answer(new HubProblem(500, 50_000, "a fault of the server"), tracking));
    }
  }

  // ---- answers --------------------------------------------------------------------------------

  /// Clients name their requests and look for that name in answers.
  private static String tracking(final Optional<String> said) {
    final var given = said.orElse("").strip();
    return namesRequest(given) ? given : fresh();
  }

  /// Whether a header can be the name of a request: it is kept and said again.
  static boolean namesRequest(final String given) {
    return !given.isEmpty()
        && given.length() <= LONGEST_TRACKING
        && given.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '<' && c != '&');
  }

  /// The headers that name a request.
  private static String[] named(final String tracking) {
    return new String[] {TRACKING, tracking, "x-ms-correlation-request-id", tracking};
  }

  private static String fresh() {
    return UUID.randomUUID().toString();
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  private Answer answer(final HubRefused refused, final String tracking) {
    final var answer = answer(refused.problem(), tracking).with(refused.headers());
    final long seconds = Answers.seconds(refused.retryAfter());
    return refused.retryAfter().isZero()
        ? answer
        : answer.with("Retry-After", Long.toString(seconds));
  }

  private Answer answer(final HubProblem problem, final String tracking) {
    final var answer =
        Answer.of(problem.status(), ErrorBody.CONTENT_TYPE, ErrorBody.of(problem, tracking, now()));
    return problem.status() == SignatureVerdict.Refused.STATUS
        ? answer.with("WWW-Authenticate", SharedAccessSignature.SCHEME)
        : answer;
  }

  @Override
  public Problems problems() {
    return (status, detail) -> {
      final var tracking = fresh();
      return answer(HubProblem.of(status, detail), tracking).with(named(tracking));
    };
  }

  /// How a caller says which version it has read; empty for none or any, -1 for what is no version
  /// of ours, which no entry has.
  static Optional<Long> version(final String ifMatch) {
    final var inner = ifMatch.startsWith("W/") ? ifMatch.substring(2) : ifMatch;
    final var text = inner.replace("\"", "").strip();
    if (text.isEmpty() || text.equals("*")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseLong(text));
    } catch (final NumberFormatException _) {
      return Optional.of(-1L);
    }
  }
}

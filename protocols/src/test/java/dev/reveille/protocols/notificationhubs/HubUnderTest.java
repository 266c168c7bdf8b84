package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.apple;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.http.client.AddressGuard;
import dev.reveille.http.client.ClientTarget;
import dev.reveille.http.client.OriginPools;
import dev.reveille.http.client.OutgoingLimit;
import dev.reveille.http.client.PoolSettings;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.server.EventLoops;
import dev.reveille.http.server.Handlers;
import dev.reveille.http.server.HttpListener;
import dev.reveille.http.server.HttpSettings;
import dev.reveille.http.server.TestCertificate;
import dev.reveille.http.server.TlsContexts;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.HubName;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SenderId;
import dev.reveille.model.StoredJob;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.answers.SlowRequests;
import dev.reveille.protocols.blob.BlobStore;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.protocols.sas.SharedAccessSignature;
import dev.reveille.routing.Directory;
import dev.reveille.routing.Intake;
import dev.reveille.routing.Routing;
import dev.reveille.routing.RoutingOptions;
import dev.reveille.routing.Senders;
import dev.reveille.routing.Sends;
import dev.reveille.routing.ServerClock;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.RetryPolicy;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.Sender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/// A server with hubs on a free port over TLS, before the real routing and the real store; its push
/// services are stand-ins that write down what they get.
final class HubUnderTest extends AlteredStores {
  static final OrganisationId ACME = new OrganisationId("acme");
  static final String NAME = "News";

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /// What came to a push service.
  ///
  /// @param token the address
  record Arrived(PushService service, String token, PushContent.Native content, Lane lane) {
    String body() {
      return new String(content.body().toArray(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  final Queue<Arrived> arrived = new ConcurrentLinkedQueue<>();

  /// Addresses that the push services do not know any more.
  private final Map<String, Instant> dead = new ConcurrentHashMap<>();

  /// Whether the push services want to be asked again later.
  volatile boolean isBusy;

  /// Whether they answer only when a test runs what is in [#answers].
  volatile boolean isSlow;

  final Queue<Runnable> answers = new ConcurrentLinkedQueue<>();

  /// The origin of a container that the operator allows, in plain text; others must be public.
  volatile String allowed = "https://none.example";

  /// How long jobs rested before they asked a container again; it takes no time here.
  final Queue<Duration> rests = new ConcurrentLinkedQueue<>();

  private final EventLoops loops;
  private final Routing routing;
  final Hubs hubs;
  final Hub hub;
  private final OriginPools containers;
  final HubJobRuns jobs;
  private final HubApi api;
  private final HttpListener listener;
  private final HttpClient client;

  HubUnderTest() {
    store.registry().keepOrganisation(ACME, "test");
    final var senders = new Senders();
    for (final var service : PushService.values()) {
      senders.add(new StandIn(service));
    }
    routing =
        new Routing(
            stores(),
            new Directory(store.registry()),
            new NoDevice(),
            senders,
            new HubAudiences(store.hubs(), store.registry()),
            RoutingOptions.DEFAULT,
            ServerClock.even(CLOCK));
    routing.resume();
    hubs = Hubs.open(stores(), CLOCK);
    hub = hubs.add(ACME, new HubName(NAME), "test");
    loops = EventLoops.open(1);
    containers =
        new OriginPools(
            "containers",
            loops.group(),
            PoolSettings.DEFAULT.onDemand().withLargestAnswer(BlobStore.PIECE),
            4,
            new OutgoingLimit(8),
            url -> ClientTarget.plain(url.host(), url.port()));
    jobs = jobs();
    final var certificate = TestCertificate.in(directory);
    final var settings =
        HttpSettings.plain("api", "127.0.0.1", 0)
            .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), true))
            .withHttp2(true);
    api = new HubApi(hubs, store.registry(), entries(), routing, jobs, new SlowRequests(64, CLOCK));
    listener =
        HttpListener.open(
            settings,
            loops,
            new Handlers(
                    exchange -> exchange.answer(Answers.problem(Reason.NOT_FOUND, "elsewhere")))
                .byHost(api::at)
                .choosing(api::chosen));
    client = HttpClient.newBuilder().sslContext(certificate.trusting()).build();
  }

  /// What carries out the jobs that are kept, as another server would.
  HubJobRuns jobs() {
    return new HubJobRuns(
        stores(), hubs, () -> diskIsLow ? 0 : 1, containers, this::allowed, rests::add, CLOCK);
  }

  private PublicUrl allowed(final String text) {
    return text.startsWith(allowed)
        ? PublicUrl.of(text, AddressGuard.OPERATOR, true)
        : PublicUrl.of(text);
  }

  private static final class NoDevice implements LiveRoutes {
    @Override
    public LiveState of(final InstallationId installation) {
      return LiveState.NOTHING;
    }

    @Override
    public void send(final List<Frame> group, final Lost lost) {}
  }

  /// From now on the push service says that these are gone.
  void die(final String... handles) {
    for (final var handle : handles) {
      dead.put(handle, CLOCK.instant());
    }
  }

  /// Takes everything but what goes to the dead, or comes from an app that is not there.
  private final class StandIn implements Sender {
    private final PushService service;

    StandIn(final PushService service) {
      this.service = service;
    }

    @Override
    public SenderId id() {
      return service.sender();
    }

    @Override
    public RetryPolicy retries() {
      return RetryPolicy.DOUBLING;
    }

    @Override
    public void send(final List<Push> group, final Outcomes outcomes) {
      for (final var push : group) {
        if (isSlow) {
          answers.add(() -> outcomes.outcome(push, outcome(push)));
        } else if (isBusy) {
          outcomes.outcome(push, new TryAgain(Reason.SERVICE_BUSY, "", CLOCK.instant()));
        } else if (store.registry().app(push.to().app()).isEmpty()) {
          outcomes.outcome(push, Refused.byUs(Reason.NOT_CONFIGURED, ""));
        } else {
          final var token = push.to().token().value();
          final var content = (PushContent.Native) push.content();
          arrived.add(new Arrived(service, token, content, push.lane()));
          outcomes.outcome(push, outcome(push));
        }
      }
    }

    /// As Apple's answers are judged: what was registered since may be alive.
    private DeliveryOutcome outcome(final Push push) {
      final var since = dead.get(push.to().token().value());
      if (since == null) {
        return new HandedOver("taken");
      }
      return push.to().registeredAt().isAfter(since)
          ? new Refused(Reason.TOKEN_KEPT_NEWER, "410 Unregistered", Verdict.NOTHING)
          : new Refused(Reason.TOKEN_RETIRED, "410 Unregistered", new Verdict.Gone(since));
    }

    @Override
    public void close() {}
  }

  /// Every address with its methods.
  Map<String, Set<String>> addresses() {
    return api.addresses();
  }

  // ---- what tests say -------------------------------------------------------------------------

  /// The id of a new registration.
  String registered(final String token, final String tags) {
    final var made = call("POST", "/news/registrations" + VERSION, apple(token, tags));
    assertEquals(200, made.statusCode(), made.body());
    return between(made.body(), "RegistrationId");
  }

  int port() {
    return listener.port();
  }

  String authority() {
    return "localhost:" + listener.port();
  }

  String url(final String path) {
    return "https://" + authority() + path;
  }

  /// A signature by a policy of the hub.
  String signed(final String policy) {
    return signed(hub, policy);
  }

  /// The same for another hub.
  String signed(final Hub of, final String policy) {
    final var key =
        hubs.policies(of).stream()
            .filter(one -> one.name().equals(policy))
            .findFirst()
            .orElseThrow()
            .primary();
    return SharedAccessSignature.sign(
        url("/"), policy, key, CLOCK.instant().plus(Duration.ofHours(1)));
  }

  /// A request with the rights of the full policy.
  HttpResponse<String> call(
      final String method, final String path, final String body, final String... headers) {
    return callAs(signed(Hubs.FULL), method, path, body, headers);
  }

  HttpResponse<String> callAs(
      final String authorization,
      final String method,
      final String path,
      final String body,
      final String... headers) {
    final var request =
        HttpRequest.newBuilder(URI.create(url(path)))
            .timeout(PATIENCE)
            .method(method, BodyPublishers.ofString(body));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String id(final HttpResponse<String> sent) {
    final var location = sent.headers().firstValue("Location").orElseThrow();
    return location.substring(location.lastIndexOf('/') + 1, location.indexOf('?'));
  }

  /// Until it is noted that a notification waits for its moment.
  void waits(final HttpResponse<String> sent) {
    final long sequence = routing.records().ids().sequenceOfSealed(id(sent)).orElseThrow();
    Eventually.holds(
        () ->
            routing.sends().progress(sequence).stream()
                .anyMatch(progress -> progress.state() == SendLog.State.SCHEDULED),
        "it waits for its moment");
  }

  /// What is told of a notification once it is as wanted.
  String told(final HttpResponse<String> sent, final Predicate<String> wanted) {
    final var id = id(sent);
    final var last = new AtomicReference<>("");
    Eventually.holds(
        () -> {
          last.set(call("GET", "/news/messages/" + id + "?api-version=2020-06", "").body());
          return wanted.test(Objects.requireNonNullElse(last.get(), ""));
        },
        () -> "the notification as wanted; it is " + last.get());
    return Objects.requireNonNullElse(last.get(), "");
  }

  /// The id of a send that is accepted as it is.
  String accepted(final Send send) {
    final var told = new CompletableFuture<Intake.Answer>();
    routing.sends().submit(send, 1, told::complete);
    return switch (told.join()) {
      case Intake.Answer.Stored(var sequence) -> routing.records().ids().sealed(sequence);
      case final Intake.Answer other -> throw new AssertionError(other);
    };
  }

  /// How far a notification has come.
  SendLog.State state(final HttpResponse<String> sent) {
    final long sequence = routing.records().ids().sequenceOfSealed(id(sent)).orElseThrow();
    return routing.sends().progress(sequence).orElseThrow().state();
  }

  /// How what is known under a name stands to a notification.
  List<ExplainedTarget> explained(final HttpResponse<String> sent, final String asked) {
    return explanations().of(stored(sent), asked);
  }

  SendExplanations explanations() {
    return explanations(store.hubs());
  }

  /// With what is registered elsewhere.
  SendExplanations explanations(final HubRegistrations registered) {
    return new SendExplanations(registered, routing.sends());
  }

  /// A notification as it was accepted.
  StoredJob stored(final HttpResponse<String> sent) {
    final long sequence = routing.records().ids().sequenceOfSealed(id(sent)).orElseThrow();
    return routing.sends().find(sequence).orElseThrow();
  }

  /// The trail of each target of a notification.
  List<Sends.TargetStory> stories(final HttpResponse<String> sent) {
    final long sequence = routing.records().ids().sequenceOfSealed(id(sent)).orElseThrow();
    return routing.sends().targets(sequence, 0, 100);
  }

  List<String> tokens() {
    return arrived.stream().map(Arrived::token).sorted().toList();
  }

  @Override
  public void close() {
    listener.close();
    jobs.close();
    containers.close();
    routing.close();
    loops.close();
    super.close();
  }
}

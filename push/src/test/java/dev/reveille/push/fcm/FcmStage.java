package dev.reveille.push.fcm;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.PoolSettings;
import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.CallId;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.WorkKey;
import dev.reveille.simulators.google.GoogleOptions;
import dev.reveille.simulators.google.GoogleSimulator;
import dev.reveille.simulators.google.ServiceAccount;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// A sender and Google's simulator, wired together on loopback.
final class FcmStage implements AutoCloseable {
  static final AppId APP = new AppId("softphone");
  static final String PROJECT = "example-softphone";
  static final FcmSettings QUICK =
      FcmSettings.DEFAULT
          .withBreaker(Duration.ofSeconds(1))
          .withPool(
              PoolSettings.DEFAULT
                  .withRetry(Duration.ofMillis(20), Duration.ofMillis(200))
                  .withQueuePatience(Duration.ofSeconds(10)));

  /// A clock that a test moves on.
  static final class Clock implements InstantSource {
    private final AtomicLong ahead = new AtomicLong();

    @Override
    public Instant instant() {
      return Instant.now().plusMillis(ahead.get());
    }

    void forward(final Duration time) {
      ahead.addAndGet(time.toMillis());
    }
  }

  static final AllowedHosts HERE = AllowedHosts.SERVICES.with(List.of("127.0.0.1"));

  final Clock clock = new Clock();
  final GoogleSimulator google;
  volatile ServiceAccount account;
  final List<Reason> alerts = new CopyOnWriteArrayList<>();
  final FcmSender sender;
  volatile Optional<Credential.Fcm> app;

  /// Beside the default one.
  volatile List<AppCredential> others = List.of();

  private final EventLoopGroup loops = ClientEventLoops.start(1, "fcm-test");

  FcmStage() {
    this(GoogleOptions.DEFAULT, QUICK);
  }

  FcmStage(final GoogleOptions options, final FcmSettings settings) {
    google = GoogleSimulator.start(options.withClock(clock));
    account = google.makeAccount(PROJECT);
    app = Optional.of(credential(account));
    sender =
        new FcmSender(
            id -> id.equals(APP) ? credentials() : List.of(),
            loops,
            settings.withAllowed(HERE),
            clock,
            (_, why, _) -> alerts.add(why));
  }

  private List<AppCredential> credentials() {
    return Stream.concat(app.map(AppCredential::new).stream(), others.stream()).toList();
  }

  /// Begins anew with an account that nothing has been sent for: no quota used, nothing refused.
  void fresh() {
    google.clearFaults();
    alerts.clear();
    account =
        new ServiceAccount(
            PROJECT,
            "sender-" + UUID.randomUUID() + "@example.org",
            UUID.randomUUID().toString(),
            account.pair(),
            google.tokenUri());
    google.register(account, true);
    app = Optional.of(credential(account));
    sender.forget(APP);
  }

  Credential.Fcm credential(final ServiceAccount of) {
    return new Credential.Fcm(of.json(), google.endpoint(), google.authorityPem());
  }

  /// A token as it is registered with us and known to Google.
  PushAddress.Direct address() {
    return at(google.newToken(PROJECT));
  }

  PushAddress.Direct at(final String token) {
    return new PushAddress.Direct(
        PushService.FCM,
        PushChannel.MESSAGE,
        APP,
        false,
        new PushToken(token),
        clock.instant().minusSeconds(3_600));
  }

  Push ring(final PushAddress.Direct to) {
    final var content =
        new PushContent.Ring(
            "7-1", new CallId(UUID.randomUUID()), "Anna", "sip:anna@example.org", false);
    return push(to, content, Lane.URGENT, Duration.ofSeconds(30));
  }

  Push notice(final PushAddress.Direct to) {
    return push(to, notice("Anna", "Hello"), Lane.NORMAL, Duration.ofHours(1));
  }

  static PushContent.Notice notice(final String title, final String text) {
    return new PushContent.Notice(
        "7-2", EventClass.MESSAGE, "chat", title, text, Map.of("k", "v"), "thread-1", "7-2", 3);
  }

  Push push(
      final PushAddress.Direct to,
      final PushContent content,
      final Lane lane,
      final Duration left) {
    return new Push(
        new WorkKey(1, new TargetKey("phone-1")),
        to,
        UUID.randomUUID(),
        content,
        lane,
        clock.instant().plus(left),
        1,
        () -> true);
  }

  /// Sends one and waits for its outcome.
  DeliveryOutcome send(final Push push) throws InterruptedException {
    return send(List.of(push)).getFirst();
  }

  /// Sends many and waits for all outcomes.
  List<DeliveryOutcome> send(final List<Push> group) throws InterruptedException {
    final var heard = new LinkedBlockingQueue<DeliveryOutcome>();
    sender.send(group, (_, outcome) -> heard.add(outcome));
    final var all = new CopyOnWriteArrayList<DeliveryOutcome>();
    for (int i = 0; i < group.size(); i++) {
      final var outcome = heard.poll(15, TimeUnit.SECONDS);
      if (outcome == null) {
        throw new AssertionError("only " + i + " of " + group.size() + " outcomes");
      }
      all.add(outcome);
    }
    return all;
  }

  @Override
  public void close() {
    sender.close();
    google.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}

package dev.reveille.push.apns;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.PoolSettings;
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
import dev.reveille.push.app.CredentialReports;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.WorkKey;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.SigningKey;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A sender and Apple's simulator, wired together on loopback.
final class ApnsStage implements AutoCloseable {
  static final AppId APP = new AppId("softphone");
  static final String BUNDLE = "org.example.softphone";
  static final PoolSettings QUICK =
      PoolSettings.DEFAULT
          .withRetry(Duration.ofMillis(20), Duration.ofMillis(200))
          .withQueuePatience(Duration.ofSeconds(10));

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
  final AppleSimulator apple;
  final SigningKey key;
  final List<Reason> alerts = new CopyOnWriteArrayList<>();
  final List<String> alertWords = new CopyOnWriteArrayList<>();
  final CredentialReports reports;
  final ApnsSender sender;
  volatile Optional<ApnsApps.ApnsApp> app;
  private final EventLoopGroup loops = ClientEventLoops.start(1, "apns-test");

  ApnsStage() {
    this(
        AppleOptions.DEFAULT,
        ApnsSettings.DEFAULT.withPool(QUICK).withBreaker(Duration.ofSeconds(1)));
  }

  ApnsStage(final AppleOptions options, final ApnsSettings settings) {
    apple = AppleSimulator.start(options.withClock(clock));
    reports =
        new CredentialReports(
            PushService.APNS,
            clock,
            (_, why, words) -> {
              alerts.add(why);
              alertWords.add(words);
            });
    key = apple.makeKey();
    app = Optional.of(new ApnsApps.ApnsApp(BUNDLE, credential(key)));
    sender =
        new ApnsSender(
            id -> id.equals(APP) ? app : Optional.empty(),
            loops,
            settings.withAllowed(HERE),
            clock,
            reports);
  }

  Credential.Apns credential(final SigningKey signing) {
    return new Credential.Apns(
        signing.team(),
        signing.keyId(),
        signing.pem(),
        apple.production(),
        apple.sandbox(),
        apple.authorityPem());
  }

  /// A token as it is registered with us and known to Apple.
  PushAddress.Direct address(final PushChannel channel) {
    return address(channel, false);
  }

  PushAddress.Direct address(final PushChannel channel, final boolean sandbox) {
    final String topic = channel == PushChannel.MESSAGE ? BUNDLE : BUNDLE + ".voip";
    return at(apple.newToken(topic, sandbox), channel, sandbox);
  }

  PushAddress.Direct at(final String token, final PushChannel channel, final boolean sandbox) {
    return new PushAddress.Direct(
        PushService.APNS,
        channel,
        APP,
        sandbox,
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
    final var heard = new ArrayBlockingQueue<DeliveryOutcome>(2);
    sender.send(List.of(push), (_, outcome) -> heard.add(outcome));
    final var outcome = heard.poll(15, TimeUnit.SECONDS);
    if (outcome == null) {
      throw new AssertionError("no outcome");
    }
    return outcome;
  }

  /// Sends many and waits for all outcomes.
  List<DeliveryOutcome> send(final List<Push> group) throws InterruptedException {
    final BlockingQueue<DeliveryOutcome> heard = new LinkedBlockingQueue<>();
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
    apple.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}

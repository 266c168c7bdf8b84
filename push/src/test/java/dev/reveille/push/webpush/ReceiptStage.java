package dev.reveille.push.webpush;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.Until;
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
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.model.TargetKey;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.Endpoint;
import dev.reveille.push.app.WayOut;
import dev.reveille.push.url.UrlSender;
import dev.reveille.push.url.UrlSettings;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.WorkKey;
import dev.reveille.simulators.browser.ArrivedWebPush;
import dev.reveille.simulators.browser.BrowserOptions;
import dev.reveille.simulators.browser.BrowserSimulator;
import dev.reveille.simulators.browser.BrowserSubscription;
import dev.reveille.simulators.browser.ReceiptMode;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A sender that asks for receipts, and a push service that has some.
final class ReceiptStage implements AutoCloseable {
  private static final AppId APP = new AppId("softphone");

  /// Pauses as a test can await them.
  static final PushReceipts.Limits LIMITS =
      new PushReceipts.Limits(
          10_000,
          16,
          Duration.ofMinutes(1),
          Duration.ofHours(24),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofSeconds(30),
          Duration.ofMillis(10),
          Duration.ofMillis(100));

  final BrowserSimulator service;
  final PushReceipts receipts;
  final BrowserSubscription browser;

  /// `attempt has` of each receipt, by the event of its push.
  final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  private final EventLoopGroup loops = ClientEventLoops.start(1, "receipts-test");
  private final AtomicLong ahead = new AtomicLong();
  final UrlSender<?> sender;
  private final String key;
  private int event;

  ReceiptStage(final ReceiptMode mode, final PushReceipts.Limits limits) {
    this.service = BrowserSimulator.start(BrowserOptions.DEFAULT.withReceipts(mode));
    final var here = service.origin().substring("https://".length());
    final var settings =
        UrlSettings.of(
            new WayOut(
                AllowedHosts.SERVICES.with(List.of(here)),
                Map.of(here, Endpoint.certificates(service.authorityPem())),
                Map.of(),
                Optional.empty()));
    this.receipts =
        new PushReceipts(
            loops,
            settings,
            (work, _, attempt, has, _) -> told.add(work.job() + " " + attempt + " " + has),
            this::nanos,
            limits);
    final Credential.WebPush credential = VapidKeys.fresh("mailto:push@example.org", false);
    this.sender =
        new UrlSender<>(
            new WebPushService("New message", InstantSource.system(), receipts),
            app -> app.equals(APP) ? List.of(new AppCredential(credential)) : List.of(),
            loops,
            settings,
            InstantSource.system(),
            (_, _, _) -> {});
    this.key = credential.publicKey();
    this.browser = service.subscribe(key);
  }

  /// Pushes a message and answers the words with which it was taken.
  String push() throws InterruptedException {
    final var content =
        new PushContent.Notice(
            "7-2", EventClass.MESSAGE, "chat", "Anna", "hello", Map.of(), "", "", 1);
    final var push = push(browser, content, Lane.NORMAL, Duration.ofHours(1));
    final var heard = new LinkedBlockingQueue<DeliveryOutcome>();
    sender.send(List.of(push), (_, outcome) -> heard.add(outcome));
    final var outcome = Objects.requireNonNull(heard.poll(20, TimeUnit.SECONDS), "no outcome");
    if (outcome instanceof DeliveryOutcome.HandedOver(var words, _)) {
      return words;
    }
    throw new AssertionError("not taken: " + outcome);
  }

  /// A call, to a browser of its own.
  Push ring() {
    final var content =
        new PushContent.Ring(
            "7-1", new CallId(UUID.randomUUID()), "Anna", "sip:anna@example.org", false);
    return push(service.subscribe(key), content, Lane.URGENT, Duration.ofSeconds(30));
  }

  private Push push(
      final BrowserSubscription to,
      final PushContent content,
      final Lane lane,
      final Duration left) {
    return new Push(
        new WorkKey(++event, new TargetKey("i-1")),
        new PushAddress.Direct(
                PushService.WEB_PUSH,
                PushChannel.SINGLE,
                APP,
                false,
                new PushToken(service.endpoint(to)),
                Instant.now().minusSeconds(60))
            .withKeys(SubscriptionKeys.of(to.p256dh(), to.auth())),
        UUID.randomUUID(),
        content,
        lane,
        Instant.now().plus(left),
        1,
        () -> true);
  }

  /// The newest push as it arrived.
  ArrivedWebPush newest() {
    return service.pushes(browser.token()).getLast();
  }

  /// The browser hears what waits and what comes until the result is closed.
  AutoCloseable online() {
    return service.connectBrowser(browser.token(), _ -> {});
  }

  String next() throws InterruptedException {
    return told.poll(20, TimeUnit.SECONDS);
  }

  private long nanos() {
    return System.nanoTime() + ahead.get();
  }

  void pass(final Duration time) {
    ahead.addAndGet(time.toNanos());
  }

  long count(final String word) {
    return Objects.requireNonNull(receipts.counts().get(word)).sum();
  }

  void counts(final String word, final long least) {
    Until.holds(() -> count(word) >= least, least + " " + word);
  }

  /// How many connections the service saw.
  long serviceConnections() {
    return Objects.requireNonNull(service.counters().get("connections"));
  }

  void waiting(final int messages) {
    Until.holds(() -> receipts.waiting() == messages, messages + " messages wait");
  }

  @Override
  public void close() {
    receipts.close();
    sender.close();
    service.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}

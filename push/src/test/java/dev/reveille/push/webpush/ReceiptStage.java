package dev.reveille.push.webpush;

import dev.reveille.http.client.Until;
import dev.reveille.model.AppCredential;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.EventClass;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.push.SenderStage;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.Endpoint;
import dev.reveille.push.app.WayOut;
import dev.reveille.push.url.UrlSender;
import dev.reveille.push.url.UrlSettings;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Sender;
import dev.reveille.simulators.browser.ArrivedWebPush;
import dev.reveille.simulators.browser.BrowserOptions;
import dev.reveille.simulators.browser.BrowserSimulator;
import dev.reveille.simulators.browser.BrowserSubscription;
import dev.reveille.simulators.browser.ReceiptMode;
import dev.reveille.simulators.service.Fault;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A sender that asks for receipts, and a push service that has some.
final class ReceiptStage extends SenderStage {
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

  private final AtomicLong ahead = new AtomicLong();
  final UrlSender<?> sender;
  private final String key;

  ReceiptStage(final ReceiptMode mode, final PushReceipts.Limits limits) {
    super("receipts-test");
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
    final var outcome = send(message(address(browser), content));
    if (outcome instanceof DeliveryOutcome.HandedOver(var words, _)) {
      return words;
    }
    throw new AssertionError("not taken: " + outcome);
  }

  /// A call, to a browser of its own.
  @Override
  public Push ring() {
    return ring(address(service.subscribe(key)));
  }

  private PushAddress.Direct address(final BrowserSubscription to) {
    return new PushAddress.Direct(
            PushService.WEB_PUSH,
            PushChannel.SINGLE,
            APP,
            false,
            new PushToken(service.endpoint(to)),
            registered())
        .withKeys(SubscriptionKeys.of(to.p256dh(), to.auth()));
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
  public Sender sender() {
    return sender;
  }

  @Override
  public int arrived(final Push push) {
    final var path = URI.create(push.to().token().value()).getPath();
    return service.pushes(path.substring(path.lastIndexOf('/') + 1)).size();
  }

  @Override
  public void cutOnce() {
    service.fault(Fault.of(Fault.Action.CUT));
  }

  /// Receipts are asked for while the service is there.
  @Override
  protected void closeService() {
    receipts.close();
    service.close();
  }
}

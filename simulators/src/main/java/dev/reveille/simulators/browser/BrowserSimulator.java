package dev.reveille.simulators.browser;

import dev.reveille.simulators.service.CallerHttp1;
import dev.reveille.simulators.service.CallerHttp2;
import dev.reveille.simulators.service.EitherHttp;
import dev.reveille.simulators.service.SimulatedService;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A Web Push service on loopback: start it, subscribe a browser, point a sender at the endpoint,
/// and look at what arrived and what was inside.
///
/// ```java
/// try (var browser = BrowserSimulator.start(BrowserOptions.DEFAULT)) {
///   var subscription = browser.subscribe(applicationServerKey);
///   // a sender pushes to browser.endpoint(subscription) for subscription.p256dh() and .auth()
///   browser.pushes(subscription.token());
/// }
/// ```
public final class BrowserSimulator extends SimulatedService {
  private final BrowserOptions options;
  private final BrowserReceipts receipts;
  private final BrowserSubscriptions subscriptions;
  private final BrowserService service;

  private BrowserSimulator(final BrowserOptions options) {
    super("browser", options.loops(), LoopbackCertificates.alsoFor(options.host()));
    this.options = options;
    receipts = new BrowserReceipts(options.receipts(), sockets::later);
    subscriptions = new BrowserSubscriptions(options.clock(), counters, receipts, sockets::later);
    service = new BrowserService(options, this::origin, subscriptions, receipts, site());
    listen(
        options.port(),
        EitherHttp.over(
            certificates,
            pipeline ->
                pipeline.addLast(CallerHttp2.make(service, options.streams(), options.clock())),
            pipeline -> CallerHttp1.into(pipeline, service, options.clock())),
        options.controlPort(),
        new BrowserControl(this));
  }

  public static BrowserSimulator start(final BrowserOptions options) {
    return new BrowserSimulator(options);
  }

  // ---- addresses ----

  /// `https://HOST:PORT`, of all endpoints; a sender's statement names it as `aud`.
  public String origin() {
    return "https://" + options.host() + ":" + port();
  }

  // ---- subscriptions and browsers ----

  /// A new subscription.
  ///
  /// @param applicationServerKey the public key that senders must show, in base64url; "" for any
  public BrowserSubscription subscribe(final String applicationServerKey) {
    final var made = BrowserSubscription.make(applicationServerKey, random);
    put(made);
    return made;
  }

  /// Creates a subscription or changes it.
  public void put(final BrowserSubscription subscription) {
    subscriptions.put(subscription);
  }

  public Optional<BrowserSubscription> subscription(final String token) {
    return subscriptions.subscription(token);
  }

  /// Where pushes to it go.
  public String endpoint(final BrowserSubscription subscription) {
    return service.endpoint(subscription.token());
  }

  /// Takes the browser online; it hears what is pushed to this subscription, first what was kept.
  /// Closing the result takes it offline.
  public AutoCloseable connectBrowser(final String token, final Consumer<ArrivedWebPush> browser) {
    return subscriptions.connect(token, delivery -> browser.accept(delivery.push()));
  }

  /// The browser's word on a message that it did not acknowledge by itself.
  ///
  /// @param message as [ArrivedWebPush#message]
  public void acknowledge(final String message, final boolean shown) {
    receipts.settle(message, shown);
  }

  /// Forgets all receipt subscriptions, as a service may.
  public void forgetReceiptSubscriptions() {
    receipts.forget();
  }

  BrowserSubscriptions subscriptions() {
    return subscriptions;
  }

  // ---- what arrived ----

  /// Everything that arrived for a subscription so far, refused or not; for all with "".
  public List<ArrivedWebPush> pushes(final String token) {
    return service.arrived().list(token, 0);
  }

  List<ArrivedWebPush> pushes(final String token, final long since) {
    return service.arrived().list(token, since);
  }

  /// Waits until at least `wanted` have arrived, or the patience is over.
  public List<ArrivedWebPush> awaitPushes(
      final String token, final int wanted, final Duration patience) throws InterruptedException {
    return service.arrived().await(token, wanted, patience);
  }
}

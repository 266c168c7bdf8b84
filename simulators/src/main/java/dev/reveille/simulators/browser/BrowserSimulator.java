package dev.reveille.simulators.browser;

import dev.reveille.simulators.service.CallerHttp1;
import dev.reveille.simulators.service.CallerHttp2;
import dev.reveille.simulators.service.ControlPort;
import dev.reveille.simulators.service.Fault;
import dev.reveille.simulators.service.InjectedFaults;
import dev.reveille.simulators.service.ServiceCounters;
import dev.reveille.simulators.service.Site;
import dev.reveille.simulators.service.Sockets;
import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
public final class BrowserSimulator implements AutoCloseable {
  private final BrowserOptions options;
  private final LoopbackCertificates certificates;
  private final ServiceCounters counters = new ServiceCounters();
  private final InjectedFaults faults = new InjectedFaults();
  private final BrowserReceipts receipts;
  private final BrowserSubscriptions subscriptions;
  private final BrowserService service;
  private final Sockets sockets;
  private final SslContext tls;
  private volatile Channel servicePort;
  private final Channel controlPort;
  private final SecureRandom random = new SecureRandom();

  private BrowserSimulator(final BrowserOptions options) {
    this.options = options;
    certificates = LoopbackCertificates.alsoFor(options.host());
    sockets = new Sockets("browser", options.loops());
    receipts = new BrowserReceipts(options.receipts(), sockets::later);
    subscriptions = new BrowserSubscriptions(options.clock(), counters, receipts, sockets::later);
    service =
        new BrowserService(
            options, this::origin, subscriptions, receipts, new Site(faults, counters));
    tls =
        Sockets.tls(
            certificates, ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
    servicePort = sockets.listen(options.port(), service());
    controlPort =
        sockets.listen(options.controlPort(), ControlPort.initializer(new BrowserControl(this)));
  }

  public static BrowserSimulator start(final BrowserOptions options) {
    return new BrowserSimulator(options);
  }

  private ChannelHandler service() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(final Channel channel) {
        channel
            .pipeline()
            .addLast(tls.newHandler(channel.alloc()), new Negotiation(service, options));
      }
    };
  }

  /// Speaks what the client chose; one that chose nothing means HTTP/1.1.
  private static final class Negotiation extends ApplicationProtocolNegotiationHandler {
    private final BrowserService service;
    private final BrowserOptions options;

    Negotiation(final BrowserService service, final BrowserOptions options) {
      super(ApplicationProtocolNames.HTTP_1_1);
      this.service = service;
      this.options = options;
    }

    @Override
    protected void configurePipeline(final ChannelHandlerContext ctx, final String protocol) {
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        ctx.pipeline().addLast(CallerHttp2.make(service, options.streams(), options.clock()));
      } else {
        CallerHttp1.into(ctx.pipeline(), service, options.clock());
      }
    }
  }

  // ---- addresses ----

  /// `https://HOST:PORT`, of all endpoints; a sender's statement names it as `aud`.
  public String origin() {
    return "https://" + options.host() + ":" + port();
  }

  public int port() {
    return Sockets.port(servicePort);
  }

  /// `http://127.0.0.1:PORT` of the control port.
  public String control() {
    return "http://127.0.0.1:" + Sockets.port(controlPort);
  }

  /// The certificate authority that a sender has to trust, as PEM.
  public String authorityPem() {
    return certificates.authorityPem();
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

  public Map<String, Long> counters() {
    return counters.snapshot();
  }

  // ---- faults ----

  public void fault(final Fault fault) {
    faults.add(fault);
  }

  public void clearFaults() {
    faults.clear();
  }

  InjectedFaults faults() {
    return faults;
  }

  Site site() {
    return service.site();
  }

  /// Connections of senders that are open now.
  public int openConnections() {
    return service.site().openConnections();
  }

  /// Cuts every connection, without a word of TLS or HTTP.
  public void cutConnections() {
    service.site().cut();
  }

  /// The service is out of reach: its port refuses, its connections are cut. Until [#comeBack].
  public void goDown() {
    servicePort.close().syncUninterruptibly();
    service.site().cut();
  }

  /// Listens again on the same port, with the same certificate and the same subscriptions.
  public void comeBack() {
    servicePort = sockets.listen(port(), service());
  }

  @Override
  public void close() {
    servicePort.close();
    controlPort.close();
    sockets.close();
  }
}

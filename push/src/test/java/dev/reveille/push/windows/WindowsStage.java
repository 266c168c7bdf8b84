package dev.reveille.push.windows;

import dev.reveille.http.client.PoolSettings;
import dev.reveille.model.AppCredential;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.push.AnsweringService;
import dev.reveille.push.SenderStage;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.app.WayOut;
import dev.reveille.push.url.UrlSender;
import dev.reveille.push.url.UrlService;
import dev.reveille.push.url.UrlSettings;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import dev.reveille.routing.port.Sender;
import io.netty.channel.EventLoopGroup;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// A sender of one of Microsoft's services, channels that answer as a test says, in plain text on
/// loopback, and a service for tokens.
public final class WindowsStage extends SenderStage {
  /// Makes the service under test.
  public interface Maker {
    UrlService<?> make(UrlSettings settings, EventLoopGroup loops, InstantSource clock);
  }

  public final AnsweringService channels = new AnsweringService();
  public final TokenService tokens;
  public final UrlSender<?> sender;
  public volatile Credential credential;

  private final PushService service;
  private final AtomicInteger addresses = new AtomicInteger();

  /// @param secure whether the service over TLS wants to see a certificate
  public WindowsStage(
      final PushService service,
      final Credential credential,
      final Maker maker,
      final boolean secure) {
    super("windows-test");
    this.service = service;
    this.credential = credential;
    this.tokens = new TokenService(secure);
    final Map<String, List<X509Certificate>> trust =
        Map.of("127.0.0.1:" + tokens.port(), List.of(tokens.certificates().authority()));
    final var wayOut =
        new WayOut(
            AllowedHosts.SERVICES.with(List.of("127.0.0.1:" + tokens.port(), "http://127.0.0.1")),
            trust,
            Map.of(),
            Optional.empty());
    final var settings =
        UrlSettings.of(wayOut)
            .withBreaker(Duration.ofSeconds(1))
            .withPool(
                PoolSettings.DEFAULT
                    .onDemand()
                    .withMostConnections(8)
                    .withAnswerPatience(Duration.ofSeconds(20)));
    this.sender = sender(maker.make(settings, loops, clock), settings);
  }

  private <A extends KnownApps.Account> UrlSender<A> sender(
      final UrlService<A> made, final UrlSettings settings) {
    return new UrlSender<>(
        made,
        app -> app.equals(APP) ? List.of(new AppCredential(credential)) : List.of(),
        loops,
        settings,
        clock,
        (_, why, _) -> alerts.add(why));
  }

  /// An answer with a short body.
  ///
  /// @param headers each with its line end
  public static String answer(final int status, final String headers) {
    return "HTTP/1.1 " + status + " X\r\n" + headers + "Content-Length: 0\r\n\r\n";
  }

  /// New credentials, so that nothing is known of the former ones.
  public void fresh(final Credential other) {
    credential = other;
    alerts.clear();
    channels.requests.clear();
    sender.forget(APP);
  }

  public PushAddress.Direct address() {
    return at(channels.origin() + "/?token=" + addresses.incrementAndGet());
  }

  public PushAddress.Direct at(final String url) {
    return new PushAddress.Direct(
        service, PushChannel.SINGLE, APP, false, new PushToken(url), registered());
  }

  public Push push(final PushContent content) {
    return message(address(), content);
  }

  public Push push(final PushContent content, final NotificationStyle style) {
    return push(content).with(content, style, Seal.OPEN);
  }

  /// Sends, and answers the request as it arrived.
  public String sent(final Push push) throws InterruptedException {
    final var outcome = send(push);
    if (!(outcome instanceof HandedOver)) {
      throw new AssertionError(outcome.toString());
    }
    return channels.requests.getLast();
  }

  /// A header of a request; "" where it has none.
  public static String header(final String request, final String name) {
    for (final var line : request.substring(0, request.indexOf("\r\n\r\n")).split("\r\n")) {
      final int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "";
  }

  public static String body(final String request) {
    return request.substring(request.indexOf("\r\n\r\n") + 4);
  }

  @Override
  public int arrived(final Push push) {
    return channels.arrived(push.to().token().value());
  }

  @Override
  public Sender sender() {
    return sender;
  }

  @Override
  public Push ring() {
    return ring(address());
  }

  @Override
  public void cutOnce() {
    channels.cutOnce();
  }

  @Override
  protected void closeService() {
    channels.close();
    tokens.close();
  }
}

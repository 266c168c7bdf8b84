package dev.reveille.push.windows;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.PlainServer;
import dev.reveille.http.client.PoolSettings;
import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.CallId;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
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
import dev.reveille.routing.port.WorkKey;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A sender of one of Microsoft's services, channels that answer as a test says, in plain text on
/// loopback, and a service for tokens.
public final class WindowsStage implements AutoCloseable {
  public static final AppId APP = new AppId("softphone");

  /// Makes the service under test.
  public interface Maker {
    UrlService<?> make(UrlSettings settings, EventLoopGroup loops, InstantSource clock);
  }

  /// What the channels answer next, in turn; the last one stays.
  public final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();

  public final AtomicInteger cuts = new AtomicInteger();

  /// Runs before each answer of a channel, and may take its time.
  public volatile Runnable beforeAnswer = () -> {};

  public final List<Reason> alerts = new CopyOnWriteArrayList<>();
  public final AtomicLong ahead = new AtomicLong();
  public final InstantSource clock = () -> Instant.now().plusMillis(ahead.get());
  public final PlainServer channels;
  public final TokenService tokens;
  public final UrlSender<?> sender;
  public volatile Credential credential;

  private final PushService service;
  private final EventLoopGroup loops = ClientEventLoops.start(1, "windows-test");
  private final AtomicInteger addresses = new AtomicInteger();

  /// @param secure whether the service over TLS wants to see a certificate
  public WindowsStage(
      final PushService service,
      final Credential credential,
      final Maker maker,
      final boolean secure) {
    this.service = service;
    this.credential = credential;
    this.tokens = new TokenService(secure);
    try {
      this.channels =
          new PlainServer((_, _, out) -> {
            if (cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
              return false;
            }
            beforeAnswer.run();
            final var next = answers.size() > 1 ? answers.poll() : answers.peek();
            PlainServer.say(out, String.valueOf(next));
            return true;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  public void says(final String... said) {
    answers.clear();
    answers.addAll(List.of(said));
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
    return at("http://127.0.0.1:" + channels.port() + "/?token=" + addresses.incrementAndGet());
  }

  public PushAddress.Direct at(final String url) {
    return new PushAddress.Direct(
        service,
        PushChannel.SINGLE,
        APP,
        false,
        new PushToken(url),
        clock.instant().minusSeconds(3_600));
  }

  public Push ring(final PushAddress.Direct to) {
    final var content =
        new PushContent.Ring(
            "7-1", new CallId(UUID.randomUUID()), "Anna", "sip:anna@example.org", false);
    return push(to, content, Lane.URGENT, Duration.ofSeconds(30));
  }

  public static PushContent.Notice notice(final String title, final String text) {
    return new PushContent.Notice(
        "7-2", EventClass.MESSAGE, "chat", title, text, Map.of("k", "v"), "thread-1", "c-1", 3);
  }

  public Push push(final PushContent content) {
    return push(address(), content, Lane.NORMAL, Duration.ofHours(1));
  }

  public Push push(final PushContent content, final NotificationStyle style) {
    return push(content).with(content, style, Seal.OPEN);
  }

  public Push push(
      final PushAddress.Direct to,
      final PushContent content,
      final Lane lane,
      final Duration left) {
    return new Push(
        new WorkKey(7, new TargetKey("i-1")),
        to,
        UUID.randomUUID(),
        content,
        lane,
        clock.instant().plus(left),
        1,
        () -> true);
  }

  public DeliveryOutcome outcome(final Push push) throws InterruptedException {
    final var heard = new LinkedBlockingQueue<DeliveryOutcome>();
    sender.send(List.of(push), (_, outcome) -> heard.add(outcome));
    final var outcome = heard.poll(20, TimeUnit.SECONDS);
    if (outcome == null) {
      throw new AssertionError("no outcome");
    }
    return outcome;
  }

  /// Sends, and answers the request as it arrived.
  public String sent(final Push push) throws InterruptedException {
    final var outcome = outcome(push);
    if (!(outcome instanceof HandedOver)) {
      throw new AssertionError(outcome.toString());
    }
    return channels.requests.getLast();
  }

  /// The outcome in a word, its reason, and its words for the trail.
  public static String told(final DeliveryOutcome outcome) {
    return switch (outcome) {
      case HandedOver taken -> "handed-over " + taken.receipt();
      case Refused refused ->
          "refused "
              + refused.why()
              + " "
              + refused.address().getClass().getSimpleName()
              + " "
              + refused.theirWords();
      case TryAgain again -> "try-again " + again.why() + " " + again.theirWords();
      case Withheld withheld -> "withheld " + withheld.why() + " " + withheld.theirWords();
      case Uncertain uncertain -> "uncertain " + uncertain.why();
      case DeliveryOutcome.Acknowledged _, DeliveryOutcome.InTransit _ -> "unexpected";
    };
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

  /// How many requests for this push's channel arrived.
  public int arrived(final Push push) {
    final var url = URI.create(push.to().token().value());
    final var target = url.getPath() + "?" + url.getQuery();
    return (int)
        channels.requests.stream()
            .filter(request -> request.startsWith("POST " + target + " "))
            .count();
  }

  @Override
  public void close() {
    sender.close();
    channels.close();
    tokens.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}

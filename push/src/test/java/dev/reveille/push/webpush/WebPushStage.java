package dev.reveille.push.webpush;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.PlainServer;
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
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.model.TargetKey;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.WayOut;
import dev.reveille.push.url.UrlSender;
import dev.reveille.push.url.UrlSettings;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.WorkKey;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A sender and a push service that answers as a test says, on loopback in plain text.
final class WebPushStage implements AutoCloseable {
  static final AppId APP = new AppId("softphone");
  static final SubscriptionKeys BROWSER =
      SubscriptionKeys.of(
          "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
          "BTBZMqHH6r4Tts7J_aSIgg");
  static final String CREATED =
      "HTTP/1.1 201 Created\r\n"
          + "Location: https://push.example.org/m/12345678\r\n"
          + "Content-Length: 0\r\n\r\n";

  volatile String answer = CREATED;
  final AtomicInteger cuts = new AtomicInteger();

  /// Runs before each answer, and may take its time.
  volatile Runnable beforeAnswer = () -> {};

  final List<Reason> alerts = new CopyOnWriteArrayList<>();
  final AtomicLong ahead = new AtomicLong();
  final InstantSource clock = () -> Instant.now().plusMillis(ahead.get());
  final PlainServer service;
  final UrlSender<?> sender;
  volatile Credential.WebPush credential;
  private final EventLoopGroup loops = ClientEventLoops.start(1, "webpush-test");
  private final AtomicInteger addresses = new AtomicInteger();

  WebPushStage() {
    this(List.of("http://127.0.0.1"));
  }

  WebPushStage(final List<String> allowed) {
    try {
      this.service =
          new PlainServer((_, _, out) -> {
            if (cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
              return false;
            }
            beforeAnswer.run();
            PlainServer.say(out, answer);
            return true;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.credential = VapidKeys.fresh("mailto:push@example.org", false);
    final var wayOut = WayOut.DEFAULT.withAllowed(AllowedHosts.SERVICES.with(allowed));
    this.sender =
        new UrlSender<>(
            new WebPushService("New message", clock),
            app -> app.equals(APP) ? List.of(new AppCredential(credential)) : List.of(),
            loops,
            UrlSettings.of(wayOut)
                .withBreaker(Duration.ofSeconds(1))
                .withPool(
                    PoolSettings.DEFAULT
                        .onDemand()
                        .withMostConnections(8)
                        .withAnswerPatience(Duration.ofSeconds(20))),
            clock,
            (_, why, _) -> alerts.add(why));
  }

  PushAddress.Direct address() {
    return at("http://127.0.0.1:" + service.port() + "/push/" + addresses.incrementAndGet());
  }

  PushAddress.Direct at(final String endpoint) {
    return new PushAddress.Direct(
            PushService.WEB_PUSH,
            PushChannel.SINGLE,
            APP,
            false,
            new PushToken(endpoint),
            clock.instant().minusSeconds(3_600))
        .withKeys(BROWSER);
  }

  Push ring(final PushAddress.Direct to) {
    final var content =
        new PushContent.Ring(
            "7-1", new CallId(UUID.randomUUID()), "Anna", "sip:anna@example.org", false);
    return push(to, content, Lane.URGENT, Duration.ofSeconds(30));
  }

  Push notice(final PushAddress.Direct to, final String text, final String collapse) {
    final var content =
        new PushContent.Notice(
            "7-2", EventClass.MESSAGE, "chat", "Anna", text, Map.of(), "thread-1", collapse, 3);
    return push(to, content, Lane.NORMAL, Duration.ofHours(1));
  }

  Push push(
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

  DeliveryOutcome outcome(final Push push) throws InterruptedException {
    final var heard = new LinkedBlockingQueue<DeliveryOutcome>();
    sender.send(List.of(push), (_, outcome) -> heard.add(outcome));
    final var outcome = heard.poll(20, TimeUnit.SECONDS);
    if (outcome == null) {
      throw new AssertionError("no outcome");
    }
    return outcome;
  }

  /// A header of the request that came last; "" where it has none.
  String header(final String name) {
    for (final var line : service.requests.getLast().split("\r\n")) {
      final int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "";
  }

  @Override
  public void close() {
    sender.close();
    service.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}

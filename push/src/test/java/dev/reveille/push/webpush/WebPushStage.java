package dev.reveille.push.webpush;

import dev.reveille.http.client.PoolSettings;
import dev.reveille.model.AppCredential;
import dev.reveille.model.Credential;
import dev.reveille.model.EventClass;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.push.AnsweringService;
import dev.reveille.push.SenderStage;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.WayOut;
import dev.reveille.push.url.UrlSender;
import dev.reveille.push.url.UrlSettings;
import dev.reveille.push.windows.WindowsStage;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Sender;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A sender and a push service that answers as a test says, on loopback in plain text.
final class WebPushStage extends SenderStage {
  static final SubscriptionKeys BROWSER =
      SubscriptionKeys.of(
          "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
          "BTBZMqHH6r4Tts7J_aSIgg");
  static final String CREATED =
      "HTTP/1.1 201 Created\r\n"
          + "Location: https://push.example.org/m/12345678\r\n"
          + "Content-Length: 0\r\n\r\n";

  final AnsweringService service = new AnsweringService();
  final UrlSender<?> sender;
  volatile Credential.WebPush credential;
  private final AtomicInteger addresses = new AtomicInteger();

  WebPushStage() {
    this(List.of("http://127.0.0.1"));
  }

  WebPushStage(final List<String> allowed) {
    super("webpush-test");
    service.says(CREATED);
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
    return at(service.origin() + "/push/" + addresses.incrementAndGet());
  }

  PushAddress.Direct at(final String endpoint) {
    return new PushAddress.Direct(
            PushService.WEB_PUSH,
            PushChannel.SINGLE,
            APP,
            false,
            new PushToken(endpoint),
            registered())
        .withKeys(BROWSER);
  }

  Push notice(final PushAddress.Direct to, final String text, final String collapse) {
    final var content =
        new PushContent.Notice(
            "7-2", EventClass.MESSAGE, "chat", "Anna", text, Map.of(), "thread-1", collapse, 3);
    return message(to, content);
  }

  /// A header of the request that came last; "" where it has none.
  String header(final String name) {
    return WindowsStage.header(service.requests.getLast(), name);
  }

  @Override
  public Push ring() {
    return ring(address());
  }

  @Override
  public Sender sender() {
    return sender;
  }

  @Override
  public int arrived(final Push push) {
    return service.arrived(push.to().token().value());
  }

  @Override
  public void cutOnce() {
    service.cutOnce();
  }

  @Override
  protected void closeService() {
    service.close();
  }
}

package dev.reveille.bench.server;

import dev.reveille.http.client.AddressGuard;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.AppId;
import dev.reveille.model.Bytes;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.model.TargetKey;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.url.UrlService;
import dev.reveille.push.webpush.VapidKeys;
import dev.reveille.push.webpush.WebPushService;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.WorkKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntFunction;

/// Messages to browsers, each encrypted anew by the product's own code when it is asked for.
public final class WebPushMessages {
  private WebPushMessages() {}

  private record Browser(PublicUrl url, SubscriptionKeys keys) {
    static Browser of(final String line) {
      final var words = line.split(" ");
      return new Browser(
          PublicUrl.of(words[0], AddressGuard.OPERATOR, false),
          SubscriptionKeys.of(words[1], words[2]));
    }
  }

  /// To each browser in turn, by the message's number.
  ///
  /// @param lines endpoint, `p256dh` and `auth`, with spaces between
  /// @param plain what each of them says
  public static IntFunction<UrlService.Message> of(final List<String> lines, final byte[] plain) {
    final var service = new WebPushService("New message", InstantSource.system());
    return of(service, lines.stream().map(Browser::of).toList(), plain);
  }

  private static <A extends KnownApps.Account> IntFunction<UrlService.Message> of(
      final UrlService<A> service, final List<Browser> browsers, final byte[] plain) {
    final A account = service.account(VapidKeys.fresh("mailto:bench@example.org", false));
    final var content =
        new PushContent.Native(
            "bench", Map.of("urgency", "normal", "topic", "standup"), Bytes.of(plain));
    return number -> {
      final var browser = browsers.get(number % browsers.size());
      return switch (service.prepare(push(content, browser), browser.url(), account, false)) {
        case UrlService.Prepared.Ready(var message) -> message;
        case UrlService.Prepared.Never(var why) -> throw new IllegalStateException("" + why);
      };
    };
  }

  private static Push push(final PushContent content, final Browser browser) {
    final var address =
        new PushAddress.Direct(
            PushService.WEB_PUSH,
            PushChannel.SINGLE,
            new AppId("bench"),
            "",
            false,
            new PushToken(browser.url().toString()),
            Instant.EPOCH,
            Optional.empty(),
            Optional.of(browser.keys()));
    return new Push(
        new WorkKey(1, TargetKey.WHOLE),
        address,
        new UUID(1, 1),
        content,
        Lane.NORMAL,
        Instant.MAX,
        1,
        () -> true);
  }
}

package dev.reveille.protocols.device;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.TimeScale;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.routing.Directory;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads the handles under which an app registers to be reached through the hub that is linked to
/// its communication resource: `pnsHandle`, the push token as the operating system gave it to the
/// app, and `expiresIn`.
final class PnsHandles {
  static final String HANDLE = "pnsHandle";
  static final String EXPIRES_IN = "expiresIn";

  private static final Duration SHORTEST = Duration.ofMinutes(5);
  private static final Duration USUAL = Duration.ofHours(24);
  private static final Duration LONGEST = Duration.ofDays(180);

  /// A handle that was not renewed for so long, and for half of its life, yields to a sign-in on
  /// the same app: apps renew it at every start, and a hub carries no challenge by which another
  /// could prove that it is there.
  private static final Duration YIELDS_AFTER = TimeScale.divide(Duration.ofDays(1));

  private final Directory directory;
  private final Consumer<App> binding;

  /// @param binding told an app of which a device registers a handle: it is to be bound to a
  ///   resource if it is bound to none
  PnsHandles(final Directory directory, final Consumer<App> binding) {
    this.directory = directory;
    this.binding = binding;
  }

  /// The address that a request registers; empty when it names no handle.
  Optional<PushAddress> read(
      final JsonBody request, final AppId app, final Platform platform, final Instant now) {
    if (!request.has(HANDLE)) {
      if (request.has(EXPIRES_IN)) {
        throw request.wrong(EXPIRES_IN, "is for a " + HANDLE + ", and there is none");
      }
      return Optional.empty();
    }
    final boolean isApple =
        switch (platform) {
          case IOS -> true;
          case ANDROID -> false;
          case WINDOWS, WINDOWS_PHONE, BROWSER, OTHER ->
              throw request.wrong(
                  HANDLE, "is for ios and android: no other platform is reached through a hub");
        };
    final var spelled = isApple ? PushService.APNS : PushService.FCM;
    final var token = request.value(HANDLE, text -> PushToken.of(spelled, text));
    return Optional.of(
        new PushAddress.Direct(
                PushService.HUB,
                isApple ? PushChannel.VOIP : PushChannel.SINGLE,
                app,
                /* sandbox= */ false,
                token,
                now)
            .withScope(isApple ? PushService.APPLE : PushService.GOOGLE)
            .endingAt(end(request, now)));
  }

  private static Instant end(final JsonBody request, final Instant now) {
    final var wanted = request.duration(EXPIRES_IN).orElse(USUAL);
    if (wanted.compareTo(SHORTEST) < 0 || wanted.compareTo(LONGEST) > 0) {
      throw request.wrong(EXPIRES_IN, "must be from PT5M to P180D");
    }
    return now.plus(TimeScale.divide(wanted)).truncatedTo(ChronoUnit.SECONDS);
  }

  /// Whether a handle that another installation holds yields to a sign-in on the app.
  static boolean yields(final PushAddress.Direct handle, final AppId app, final Instant now) {
    final var from = handle.registeredAt();
    final var half = handle.until().map(end -> Duration.between(from, end).dividedBy(2));
    final var rest = half.filter(each -> each.compareTo(YIELDS_AFTER) > 0).orElse(YIELDS_AFTER);
    return handle.app().equals(app) && !from.plus(rest).isAfter(now);
  }

  /// A device of the app registers a handle now.
  void registered(final AppId app) {
    directory.app(app).ifPresent(binding);
  }
}

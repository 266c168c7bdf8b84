package dev.reveille.protocols.device;

import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.AppId;
import dev.reveille.model.HandleId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushScope;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/// Reads push addresses as apps name them: a push token with what belongs to it, or the handle that
/// a clearing house gave out for one. Thread-safe; never blocks.
final class PushTokenReader {
  /// A device has few channels; a second token per channel appears only by mistake.
  static final int MOST = 8;

  /// What an element of `tokens` may have that names a push token.
  static final List<String> FIELDS =
      List.of("service", "channel", "token", "sandbox", "topic", "project", "p256dh", "auth");

  private static final String HANDLE = "handle";
  private static final String CLEARING_HOUSE = "clearingHouse";

  /// What an element may have beside service and channel that names a handle.
  private static final List<String> OF_HANDLES = List.of(HANDLE, CLEARING_HOUSE);

  private final AddressUrls urls;

  PushTokenReader(final AddressUrls urls) {
    this.urls = urls;
  }

  /// Reads `tokens` of a request.
  List<PushAddress> all(final JsonBody request, final AppId app, final Instant now) {
    final var addresses = new ArrayList<PushAddress>();
    final var seen = new HashSet<String>();
    for (final var token :
        request.objects(
            "tokens",
            MOST,
            Stream.concat(FIELDS.stream(), OF_HANDLES.stream()).toArray(String[]::new))) {
      final var address = token.has(HANDLE) ? handle(token, app, now) : address(token, app, now);
      if (!seen.add(address.service() + " " + address.channel())) {
        throw token.wrong("channel", "must be given once per service");
      }
      addresses.add(address);
    }
    return addresses;
  }

  /// The address that an element of `tokens` names by its token.
  ///
  /// @param token with no other fields than [#FIELDS], or with those of handles too
  PushAddress.Direct address(final JsonBody token, final AppId app, final Instant now) {
    if (token.has(CLEARING_HOUSE)) {
      throw token.wrong(CLEARING_HOUSE, "is for a " + HANDLE + ", and there is none");
    }
    final var service = service(token);
    final var address = address(service, channel(token), app, token, now);
    if (service == PushService.WEB_PUSH) {
      return address.withKeys(keys(token));
    }
    withoutKeys(token, service);
    return address;
  }

  /// The address that a clearing house knows by a handle. What the token was given out for is known
  /// there.
  private static PushAddress.Direct handle(
      final JsonBody token, final AppId app, final Instant now) {
    for (final var name : FIELDS) {
      if (token.has(name) && !name.equals("service") && !name.equals("channel")) {
        throw token.wrong(name, "stays at the clearing house, beneath the " + HANDLE);
      }
    }
    return new PushAddress.Direct(
            service(token),
            channel(token),
            app,
            /* sandbox= */ false,
            token.value(HANDLE, text -> new PushToken(new HandleId(text).value())),
            now)
        .withScope(token.value(CLEARING_HOUSE, PushScope::clearingHouse));
  }

  private PushAddress.Direct address(
      final PushService service,
      final PushChannel channel,
      final AppId app,
      final JsonBody token,
      final Instant now) {
    final boolean sandbox = token.flag("sandbox").orElse(false);
    if (service.hasUrls()) {
      final var url = url(service, token);
      // as it was judged, so that two spellings of one place are one address
      final var spelled = new PushToken(url.origin() + url.path());
      return new PushAddress.Direct(service, channel, app, sandbox, spelled, now)
          .withScope(url.origin());
    }
    return new PushAddress.Direct(
            service,
            channel,
            app,
            sandbox,
            token.value("token", text -> PushToken.of(service, text)),
            now)
        .withScope(scope(service, token));
  }

  /// What a browser's `PushSubscription` has beside its endpoint.
  private static SubscriptionKeys keys(final JsonBody token) {
    final var p256dh = token.required("p256dh");
    final var auth = token.required("auth");
    try {
      return SubscriptionKeys.of(p256dh, auth);
    } catch (final IllegalArgumentException wrong) {
      final var words = String.valueOf(wrong.getMessage());
      final int colon = words.indexOf(": ");
      throw token.wrong(words.substring(0, colon), words.substring(colon + 2));
    }
  }

  private static void withoutKeys(final JsonBody token, final PushService service) {
    for (final var name : List.of("p256dh", "auth")) {
      if (token.has(name)) {
        throw token.wrong(name, "is known to webpush only, not to " + service.word());
      }
    }
  }

  /// The topic of Apple's tokens, the project of Google's; "" for the app's own.
  private static String scope(final PushService service, final JsonBody token) {
    final var field = PushScope.field(service);
    final var other = field.equals("topic") ? "project" : "topic";
    if (token.has(other)) {
      throw token.wrong(other, "is not known to " + service.word());
    }
    return token.maybe(field, text -> PushScope.of(service, text)).orElse("");
  }

  private PublicUrl url(final PushService service, final JsonBody token) {
    for (final var name : List.of("topic", "project")) {
      if (token.has(name)) {
        throw token.wrong(name, "is not known to " + service.word());
      }
    }
    try {
      return urls.judged(service, token.required("token").strip());
    } catch (final PublicUrl.Refused refused) {
      throw new Refusal(Reason.ADDRESS_FORBIDDEN, "token: " + refused.getMessage());
    }
  }

  private static PushService service(final JsonBody token) {
    final var word = token.required("service");
    for (final var service : PushService.values()) {
      if (service.word().equals(word) && service != PushService.HUB) {
        return service;
      }
    }
    throw token.wrong("service", "must be apns, fcm, wns, mpns or webpush");
  }

  private static PushChannel channel(final JsonBody token) {
    final var word = token.required("channel");
    for (final var channel : PushChannel.values()) {
      if (channel.word().equals(word)) {
        return channel;
      }
    }
    throw token.wrong("channel", "must be voip, message or single");
  }
}

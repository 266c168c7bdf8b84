package dev.reveille.protocols.notificationhubs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.Bytes;
import dev.reveille.model.PushService;
import dev.reveille.model.SendContent;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// The content of a send, made from a notification in the form of one push service: the caller's
/// bytes and headers, and how long it is worth delivering.
///
/// @param until no push leaves at this moment or later
/// @param rings whether it is a call, which goes before everything else
record NotificationContent(SendContent.Native content, Instant until, boolean rings) {
  /// Where the caller says nothing.
  static final Duration USUAL_LIFE = Duration.ofHours(24);

  /// Of a call, and of what Apple is told to deliver now or never.
  private static final Duration SHORT_LIFE = Duration.ofSeconds(60);

  private static final Duration LONGEST_LIFE = Duration.ofDays(28);
  private static final String EXPIRATION = "apns-expiration";
  private static final String VOIP = "voip";

  /// @param bundle the topic of the hub's iPhones
  /// @throws HubRefused when the body is none of the format's
  static NotificationContent of(
      final HubPlatform platform,
      final SendHeaders said,
      final byte[] body,
      final String bundle,
      final Instant from) {
    return switch (platform) {
      case APPLE -> apple(said, body, bundle, from);
      case FCM_V1 -> {
        final var message = object(body, "fcmv1");
        if (!message.path("message").isObject()) {
          throw HubRefused.malformed("the body must have a `message`, as Google's HTTP v1 says");
        }
        yield google(body, from);
      }
      case GCM -> {
        final var given = google(LegacyMessage.toV1(object(body, "gcm")), from);
        final var written = given.content().in(HubTargets.format(platform));
        yield new NotificationContent(written, given.until(), given.rings());
      }
      case WINDOWS ->
          plain(PushService.WNS, said.passedOn(), body, from.plus(ttl(said, "x-wns-ttl")));
      case WINDOWS_PHONE -> plain(PushService.MPNS, said.passedOn(), body, from.plus(USUAL_LIFE));
      case BROWSER -> plain(PushService.WEB_PUSH, Map.of(), body, from.plus(USUAL_LIFE));
      case ADM, BAIDU, XIAOMI -> throw new IllegalArgumentException("it has no push service");
    };
  }

  /// Whether it is a message of HTTP v1 and not of Google's older interface.
  static boolean isOfHttpV1(final byte[] body) {
    try {
      return JsonParsers.tree(body).path("message").isObject();
    } catch (final Refusal _) {
      return false;
    }
  }

  private static NotificationContent apple(
      final SendHeaders said, final byte[] body, final String bundle, final Instant from) {
    if (!object(body, "apple").path("aps").isObject()) {
      throw HubRefused.malformed("the body must have an `aps` object, as Apple says");
    }
    final Map<String, String> headers = new LinkedHashMap<>(said.passedOn());
    headers.put(SendHeaders.PUSH_TYPE, ApnsPushType.of(said.passedOn(), bundle, body));
    final boolean rings = headers.get(SendHeaders.PUSH_TYPE).equals(VOIP);
    said.apnsExpiry()
        .ifPresent(
            moment -> headers.putIfAbsent(EXPIRATION, Long.toString(moment.getEpochSecond())));
    return new NotificationContent(
        content(PushService.APNS, headers, body), expiration(headers, rings, from), rings);
  }

  private static Instant expiration(
      final Map<String, String> headers, final boolean rings, final Instant from) {
    final var text = headers.get(EXPIRATION);
    if (text == null) {
      return from.plus(rings ? SHORT_LIFE : USUAL_LIFE);
    }
    try {
      final long seconds = Long.parseLong(text);
      final var until = Instant.ofEpochSecond(Math.clamp(seconds, 0, 253_402_300_799L));
      final var least = from.plus(SHORT_LIFE);
      final var most = from.plus(LONGEST_LIFE);
      return until.isBefore(least) ? least : until.isAfter(most) ? most : until;
    } catch (final NumberFormatException _) {
      throw HubRefused.malformed(EXPIRATION + " must be seconds since 1970, or 0");
    }
  }

  private static NotificationContent google(final byte[] body, final Instant from) {
    return plain(PushService.FCM, Map.of(), body, from.plus(USUAL_LIFE));
  }

  private static NotificationContent plain(
      final PushService service,
      final Map<String, String> headers,
      final byte[] body,
      final Instant until) {
    return new NotificationContent(content(service, headers, body), until, false);
  }

  private static Duration ttl(final SendHeaders said, final String name) {
    final var text = said.passedOn().getOrDefault(name, "");
    try {
      return text.isEmpty()
          ? USUAL_LIFE
          : Duration.ofSeconds(Math.clamp(Long.parseLong(text), 60, LONGEST_LIFE.toSeconds()));
    } catch (final NumberFormatException _) {
      throw HubRefused.malformed(name + " must be a number of seconds");
    }
  }

  private static SendContent.Native content(
      final PushService service, final Map<String, String> headers, final byte[] body) {
    try {
      return new SendContent.Native(service, headers, Bytes.of(body));
    } catch (final IllegalArgumentException wrong) {
      throw HubRefused.malformed(String.valueOf(wrong.getMessage()));
    }
  }

  private static JsonNode object(final byte[] body, final String format) {
    try {
      final var node = JsonParsers.tree(body);
      if (node.isObject()) {
        return node;
      }
    } catch (final Refusal refusal) {
      throw HubRefused.malformed(
          "the body of a notification of the format " + format + ": " + refusal.detail());
    }
    throw HubRefused.malformed(
        "the body of a notification of the format " + format + " must be a JSON object");
  }
}

package dev.reveille.protocols.notificationhubs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import java.util.Map;
import java.util.Set;

/// Determines the `apns-push-type` of a notification. What the caller gave is never changed;
/// otherwise it follows from the app and the body.
public final class ApnsPushType {
  private static final String VOIP_ENDING = ".voip";

  /// Any of these shows or plays something.
  private static final Set<String> SHOWN = Set.of("alert", "sound", "badge");

  private ApnsPushType() {}

  /// The value of `apns-push-type`.
  ///
  /// @param passedOn the headers of the send, by lower-case names
  /// @param bundle the app that the hub's credential is for
  /// @param body the notification; one that is no JSON counts as one that is shown
  public static String of(
      final Map<String, String> passedOn, final String bundle, final byte[] body) {
    final var given = passedOn.getOrDefault(SendHeaders.PUSH_TYPE, "");
    if (!given.isEmpty()) {
      return given;
    }
    if (passedOn.getOrDefault("apns-topic", bundle).endsWith(VOIP_ENDING)) {
      return "voip";
    }
    return isBackground(body) ? "background" : "alert";
  }

  /// Whether the templates of an app make calls where they do not say otherwise: its bundle id is
  /// one for calls.
  static boolean ofTemplates(final String bundle) {
    return bundle.endsWith(VOIP_ENDING);
  }

  private static boolean isBackground(final byte[] body) {
    try {
      final JsonNode aps = JsonParsers.tree(body).path("aps");
      return aps.path("content-available").asInt(0) == 1
          && SHOWN.stream().noneMatch(aps::hasNonNull);
    } catch (final Refusal _) {
      return false;
    }
  }
}

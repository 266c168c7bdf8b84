package dev.reveille.simulators.apple;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Checks a request's headers and size by Apple's rules, apart from tokens.
final class PushRules {
  private static final int LARGEST = 4_096;
  private static final int LARGEST_VOIP = 5_120;
  private static final int LONGEST_COLLAPSE_ID = 64;
  private static final String DEVICE_PATH = "/3/device/";

  /// Push type to topic suffix.
  private static final Map<String, String> SUFFIXES =
      Map.ofEntries(
          Map.entry("alert", ""),
          Map.entry("background", ""),
          Map.entry("voip", ".voip"),
          Map.entry("pushtotalk", ".voip-ptt"),
          Map.entry("liveactivity", ".push-type.liveactivity"),
          Map.entry("widgets", ".push-type.widgets"),
          Map.entry("controls", ".push-type.controls"),
          Map.entry("complication", ".complication"),
          Map.entry("fileprovider", ".pushkit.fileprovider"),
          Map.entry("location", ".location-query"),
          Map.entry("mdm", ""));

  private PushRules() {}

  /// The device token in the path; empty when the path ends there; null when it is no device path.
  static @Nullable String deviceToken(final @Nullable CharSequence path) {
    if (path == null || path.length() < DEVICE_PATH.length()) {
      return null;
    }
    for (int i = 0; i < DEVICE_PATH.length(); i++) {
      if (path.charAt(i) != DEVICE_PATH.charAt(i)) {
        return null;
      }
    }
    return DeviceToken.spelled(path.subSequence(DEVICE_PATH.length(), path.length()).toString());
  }

  static boolean isHex(final String token) {
    for (int i = 0; i < token.length(); i++) {
      if (Character.digit(token.charAt(i), 16) < 0) {
        return false;
      }
    }
    return token.length() >= 2 && token.length() % 2 == 0;
  }

  /// The first thing that is wrong with the headers, or null.
  static @Nullable AppleReason headers(final PushHeaders headers) {
    if (headers.hasDuplicate()) {
      return AppleReason.DuplicateHeaders;
    }
    final var id = headers.id();
    if (id != null && !isCanonicalUuid(id)) {
      return AppleReason.BadMessageId;
    }
    final var expiration = headers.expiration();
    if (expiration != null && !isNumber(expiration)) {
      return AppleReason.BadExpirationDate;
    }
    final var collapse = headers.collapse();
    if (collapse != null
        && collapse.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_COLLAPSE_ID) {
      return AppleReason.BadCollapseId;
    }
    return typeTopicPriority(headers.type(), headers.topic(), headers.priority());
  }

  /// Those three hang together and are usually the same as in the request before.
  static @Nullable AppleReason typeTopicPriority(
      final @Nullable CharSequence typeText,
      final @Nullable CharSequence topicText,
      final @Nullable CharSequence priorityText) {
    final String type = typeText == null ? "alert" : typeText.toString();
    final String suffix = SUFFIXES.get(type);
    if (suffix == null) {
      return AppleReason.InvalidPushType;
    }
    final String priority = priorityText == null ? "10" : priorityText.toString();
    final boolean known = priority.equals("10") || priority.equals("5") || priority.equals("1");
    if (!known || (type.equals("background") && priority.equals("10") && priorityText != null)) {
      return AppleReason.BadPriority;
    }
    if (topicText == null || topicText.isEmpty()) {
      return AppleReason.MissingTopic;
    }
    final String topic = topicText.toString();
    if (suffix.isEmpty()) {
      final boolean suffixed =
          SUFFIXES.values().stream().anyMatch(other -> !other.isEmpty() && topic.endsWith(other));
      return suffixed ? AppleReason.BadTopic : null;
    }
    final boolean doubled = topic.endsWith(suffix + suffix);
    return !topic.endsWith(suffix) || doubled ? AppleReason.BadTopic : null;
  }

  static @Nullable AppleReason size(final @Nullable CharSequence type, final int bytes) {
    if (bytes == 0) {
      return AppleReason.PayloadEmpty;
    }
    final boolean voip = type != null && type.toString().equals("voip");
    return bytes > (voip ? LARGEST_VOIP : LARGEST) ? AppleReason.PayloadTooLarge : null;
  }

  private static boolean isCanonicalUuid(final CharSequence text) {
    if (text.length() != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      final char c = text.charAt(i);
      final boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      final boolean hex = c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
      if (dash ? c != '-' : !hex) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(final CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= 18;
  }
}

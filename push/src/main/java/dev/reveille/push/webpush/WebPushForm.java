package dev.reveille.push.webpush;

import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/// The urgency (RFC 8030 section 5.3) and topic (section 5.4) of pushes to browsers, by what they
/// carry.
enum WebPushForm {
  /// A call, or its end.
  CALL("high", true),
  /// Shown at once, also on a device that saves power.
  PRESSING("high", true),
  ALERT("normal", true),
  /// Shown when the device is awake anyway.
  CALM("low", true),
  /// Shows nothing.
  SILENT("very-low", false);

  /// What a topic may hold.
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9_-]{1,32}");

  private static final int TOPIC_BYTES = 24;

  private final String urgency;
  private final boolean shows;

  WebPushForm(final String urgency, final boolean shows) {
    this.urgency = urgency;
    this.shows = shows;
  }

  String urgency() {
    return urgency;
  }

  boolean shows() {
    return shows;
  }

  static WebPushForm of(final PushContent.Ours content, final NotificationStyle style) {
    return switch (content) {
      case PushContent.Ring _, PushContent.RingAlert _, PushContent.CallOver _ -> CALL;
      case PushContent.Notice _ ->
          switch (style.interruption()) {
            case PASSIVE -> CALM;
            case ACTIVE -> ALERT;
            case TIME_SENSITIVE, CRITICAL -> PRESSING;
          };
      case PushContent.Wake _ -> SILENT;
    };
  }

  /// What replaces one another at the push service: a call and its end share a topic; all else goes
  /// by its collapse id. "" for what replaces nothing.
  static String topic(final PushContent.Ours content) {
    return switch (content) {
      case PushContent.Ring ring -> topic(ring.call().toString());
      case PushContent.RingAlert ring -> topic(ring.call().toString());
      case PushContent.CallOver over -> topic(over.call().toString());
      case PushContent.Notice notice -> topic(notice.collapse());
      case PushContent.Wake wake -> topic(wake.collapse());
    };
  }

  /// A text that is no topic becomes a hash of 32 characters.
  static String topic(final String text) {
    if (text.isEmpty() || TOPIC.matcher(text).matches()) {
      return text;
    }
    try {
      final byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(hash, TOPIC_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

package dev.reveille.push.fcm;

import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;

/// The kinds of message that Android gets from us. All are data messages, which start the app. HIGH
/// wakes a phone in doze; Google takes that priority away from apps that show nothing for it, so
/// only what rings, ends a ringing or is shown at once has it.
enum FcmForm {
  /// A call, or its end: also on a phone that was not unlocked since it started.
  CALL("HIGH", true),
  /// Shown at once by the app.
  ALERT("HIGH", false),
  /// Shown when the phone wakes anyway.
  CALM("NORMAL", false),
  /// Shows nothing.
  WAKE("NORMAL", false);

  private final String priority;
  private final boolean directBoot;

  FcmForm(final String priority, final boolean directBoot) {
    this.priority = priority;
    this.directBoot = directBoot;
  }

  String priority() {
    return priority;
  }

  boolean isHigh() {
    return priority.equals("HIGH");
  }

  /// How urgent it is to a browser (RFC 8030 section 5.3).
  String urgency() {
    return switch (this) {
      case CALL, ALERT -> "high";
      case CALM -> "low";
      case WAKE -> "very-low";
    };
  }

  boolean directBoot() {
    return directBoot;
  }

  static FcmForm of(final PushContent.Ours content, final NotificationStyle style) {
    return switch (content) {
      case PushContent.Ring _, PushContent.RingAlert _, PushContent.CallOver _ -> CALL;
      case PushContent.Notice _ ->
          style.interruption() == NotificationStyle.Interruption.PASSIVE ? CALM : ALERT;
      case PushContent.Wake _ -> WAKE;
    };
  }

  /// Google's collapse key, or "". A phone may have four different ones at most, so only what is
  /// worth nothing but its newest uses one; what is shown folds in the app.
  String collapseKey(final PushContent.Ours content) {
    return this == WAKE && !content.collapse().equals(content.event()) ? content.collapse() : "";
  }
}

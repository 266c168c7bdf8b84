package dev.reveille.model;

/// How a call ended: answered, answered elsewhere, declined, cancelled or timed out. When several
/// ends compete, the first one that is committed counts.
public sealed interface CallEnd {
  /// A user answered; `on` is the installation, so that it alone goes on.
  record Answered(UserId by, InstallationId on) implements CallEnd {}

  /// A recipient declined on all of their devices.
  record Declined(UserId by) implements CallEnd {}

  /// The caller gave up.
  record Cancelled() implements CallEnd {}

  /// No user answered while it rang.
  record TimedOut() implements CallEnd {}

  /// The call was answered outside, such as on a desk phone; `where` is shown to people.
  record AnsweredElsewhere(String where) implements CallEnd {}

  /// The word used on the wire.
  default String word() {
    return switch (this) {
      case Answered _ -> "answered";
      case Declined _ -> "declined";
      case Cancelled _ -> "cancelled";
      case TimedOut _ -> "timed-out";
      case AnsweredElsewhere _ -> "answered-elsewhere";
    };
  }

  /// No user took the call although the caller waited: that makes a missed call.
  default boolean isMissed() {
    return switch (this) {
      case Cancelled _, TimedOut _ -> true;
      case Answered _, Declined _, AnsweredElsewhere _ -> false;
    };
  }
}

package dev.reveille.push.wns;

import dev.reveille.push.windows.ToastTag;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;

/// The headers that tell Windows how to treat a push.
///
/// A toast replaces the one that has its tag and group. All of ours have one group, so that the tag
/// alone decides: a call, its end and its missed-call message share the call's UUID, everything
/// else goes by its collapse id, and what has none by its event, so that a repeat replaces its
/// twin.
///
/// @param type `toast` or `raw`
/// @param tag of a toast; "" for raw
/// @param quiet straight to the action centre, without a pop-up
record WnsForm(String type, String tag, Priority priority, boolean quiet) {
  static final String TOAST = "toast";
  static final String RAW = "raw";
  static final String GROUP = "reveille";

  /// How much the device may save power on it, in the words of `X-WNS-Priority`.
  enum Priority {
    HIGH("High"),
    MEDIUM("Medium"),
    LOW("Low");

    private final String word;

    Priority(final String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  static WnsForm of(final PushContent.Ours content, final NotificationStyle style) {
    return switch (content) {
      case PushContent.Ring ring -> call(ring.call().toString(), false);
      case PushContent.RingAlert ring -> call(ring.call().toString(), false);
      case PushContent.CallOver over -> call(over.call().toString(), true);
      case PushContent.Notice notice -> {
        final var folds = notice.collapse().isEmpty() ? notice.event() : notice.collapse();
        yield new WnsForm(
            TOAST,
            ToastTag.of(folds),
            switch (style.interruption()) {
              case PASSIVE -> Priority.LOW;
              case ACTIVE -> Priority.MEDIUM;
              case TIME_SENSITIVE, CRITICAL -> Priority.HIGH;
            },
            style.interruption() == NotificationStyle.Interruption.PASSIVE);
      }
      case PushContent.Wake _ -> new WnsForm(RAW, "", Priority.LOW, false);
    };
  }

  private static WnsForm call(final String uuid, final boolean quiet) {
    return new WnsForm(TOAST, ToastTag.of(uuid), Priority.HIGH, quiet);
  }

  boolean isToast() {
    return type.equals(TOAST);
  }
}

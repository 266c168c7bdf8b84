package dev.reveille.push.mpns;

import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.NotificationStyle.Interruption;
import dev.reveille.routing.port.PushContent;

/// The kinds of notification that MPNS knows, and how soon the phone hears of one.
///
/// A push is one notification, so a message with a number for the app's tile is a toast, and the
/// number goes along in the envelope. Only what is passive, which lights no screen, is the tile
/// itself where it has a number.
enum MpnsForm {
  /// At once.
  TOAST("toast", "2", "2", 3 * 1024),
  /// Within 450 seconds, which saves power; at once where it would be too late then.
  CALM_TOAST("toast", "12", "2", 3 * 1024),
  /// Within 450 seconds, too.
  TILE("token", "11", "1", 3 * 1024),
  /// Within 900 seconds: the app hears it when it runs, and shows nothing.
  RAW("", "23", "3", 1024);

  private static final long LONGEST_BATCH_SECONDS = 900;

  private final String target;
  private final String batch;
  private final String atOnce;
  private final int largest;

  MpnsForm(final String target, final String batch, final String atOnce, final int largest) {
    this.target = target;
    this.batch = batch;
    this.atOnce = atOnce;
    this.largest = largest;
  }

  static MpnsForm of(final PushContent.Ours content, final NotificationStyle style) {
    return switch (content) {
      case PushContent.Ring _, PushContent.RingAlert _, PushContent.CallOver _ -> TOAST;
      case PushContent.Notice notice -> {
        if (style.interruption() != Interruption.PASSIVE) {
          yield TOAST;
        }
        yield notice.badge() >= 0 ? TILE : CALM_TOAST;
      }
      case PushContent.Wake _ -> RAW;
    };
  }

  /// `X-WindowsPhone-Target`; "" for raw, which has none.
  String target() {
    return target;
  }

  /// `X-NotificationClass`: MPNS knows no time to live, so that nothing waits in a batch beyond its
  /// time.
  String batch(final long secondsLeft) {
    return secondsLeft > LONGEST_BATCH_SECONDS ? batch : atOnce;
  }

  /// Bytes of a body.
  int largest() {
    return largest;
  }
}

package dev.reveille.push.apns;

import dev.reveille.model.PushChannel;
import dev.reveille.routing.port.PushContent;

/// The kinds of push that Apple takes from us, each with its type, topic suffix, priority and size
/// limit.
enum PushForm implements ApnsForm {
  /// Reports a ringing call to the system's call screen.
  VOIP("voip", ".voip", "10", 5_120),
  /// Shown at once.
  ALERT("alert", "", "10", 4_096),
  /// Wakes the app; Apple refuses these at priority 10.
  BACKGROUND("background", "", "5", 4_096);

  private final String type;
  private final String suffix;
  private final String priority;
  private final int limit;

  PushForm(final String type, final String suffix, final String priority, final int limit) {
    this.type = type;
    this.suffix = suffix;
    this.priority = priority;
    this.limit = limit;
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public String topic(final String bundleId) {
    return bundleId + suffix;
  }

  @Override
  public String priority() {
    return priority;
  }

  @Override
  public int limit() {
    return limit;
  }

  /// The lane has no say: a broadcast that shows something wakes a phone as a single message does,
  /// and a change never does.
  ///
  /// Up to iOS 12 everything travels on the single PushKit channel. From iOS 13 on the system ends
  /// an app that gets a VoIP push and reports no call, so that channel carries rings and nothing
  /// else.
  ///
  /// @throws IllegalArgumentException for anything but a ring on the VoIP channel
  static PushForm of(final PushContent.Ours content, final PushChannel channel) {
    return switch (channel) {
      case SINGLE -> VOIP;
      case VOIP -> {
        if (!(content instanceof PushContent.Ring)) {
          throw new IllegalArgumentException("only a ringing call may go out on the VoIP channel");
        }
        yield VOIP;
      }
      case MESSAGE ->
          switch (content) {
            case PushContent.Ring _,
                PushContent.RingAlert _,
                PushContent.CallOver _,
                PushContent.Notice _ ->
                ALERT;
            case PushContent.Wake _ -> BACKGROUND;
          };
    };
  }
}

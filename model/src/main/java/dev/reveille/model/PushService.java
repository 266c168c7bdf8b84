package dev.reveille.model;

import java.util.EnumSet;
import java.util.Set;

/// The platforms' push services. `setting` is the switch in the `push-notification` settings that
/// lets pushes leave; all are off until switched on. [#HUB] has none: what goes there goes because
/// an operator linked the hub.
public enum PushService {
  APNS("apns", "apple"),
  FCM("fcm", "google"),
  WNS("wns", "microsoft"),
  MPNS("mpns", "microsoft"),
  WEB_PUSH("webpush", "web"),

  /// The notification hub that is linked to the app's communication resource. The scope of its
  /// addresses is the platform behind it: [#APPLE] or [#GOOGLE], as hubs call them.
  HUB("hub", "");

  /// Platforms behind a linked hub, as scopes of its addresses. They stand on disk.
  public static final String APPLE = "apple";

  public static final String GOOGLE = "fcmv1";

  private final String word;
  private final String setting;
  private final SenderId sender;

  PushService(final String word, final String setting) {
    this.word = word;
    this.setting = setting;
    this.sender = new SenderId(word);
  }

  /// Whether its addresses are URLs that devices and apps hand in.
  public boolean hasUrls() {
    return switch (this) {
      case APNS, FCM, HUB -> false;
      case WNS, MPNS, WEB_PUSH -> true;
    };
  }

  /// The services that may know an app on a device by the same token as this one does: a handle of
  /// a linked hub is the token of the platform behind it.
  public Set<PushService> sharing() {
    return switch (this) {
      case APNS -> EnumSet.of(APNS, HUB);
      case FCM -> EnumSet.of(FCM, HUB);
      case HUB -> EnumSet.of(HUB, APNS, FCM);
      case WNS, MPNS, WEB_PUSH -> EnumSet.of(this);
    };
  }

  public String word() {
    return word;
  }

  /// Who sends to its addresses.
  public SenderId sender() {
    return sender;
  }

  /// Whether pushes leave only when an operator switched its setting on.
  public boolean hasSwitch() {
    return !setting.isEmpty();
  }

  /// "" where it has no switch.
  public String setting() {
    return setting;
  }
}

package dev.reveille.model;

/// The platforms' push services. `setting` is the switch in the `push-notification` settings that
/// lets pushes leave; all are off until switched on.
public enum PushService {
  APNS("apns", "apple"),
  FCM("fcm", "google"),
  WNS("wns", "microsoft"),
  MPNS("mpns", "microsoft"),
  WEB_PUSH("webpush", "web");

  private final String word;
  private final String setting;
  private final SenderId sender;

  PushService(final String word, final String setting) {
    this.word = word;
    this.setting = setting;
    this.sender = new SenderId(word);
  }

  /// Whether this version can send to it. Addresses of the others that are stored stay silent.
  public boolean hasSender() {
    return switch (this) {
      case APNS, FCM -> true;
      case WNS, MPNS, WEB_PUSH -> false;
    };
  }

  public String word() {
    return word;
  }

  /// Who sends to its addresses.
  public SenderId sender() {
    return sender;
  }

  public String setting() {
    return setting;
  }
}

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

  /// Whether its addresses are URLs that devices and apps hand in.
  public boolean hasUrls() {
    return switch (this) {
      case APNS, FCM -> false;
      case WNS, MPNS, WEB_PUSH -> true;
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

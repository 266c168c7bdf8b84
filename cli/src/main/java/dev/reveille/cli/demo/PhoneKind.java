package dev.reveille.cli.demo;

/// The kinds of phone of the behaviour table. Systems before iOS 13 know one push channel for calls
/// and messages; later ones, and Android, have one for each.
enum PhoneKind {
  IOS_18("iOS 18", "ios", 18, "Apple's APNs, channels VoIP and Message"),
  IOS_12("iOS 12", "ios", 12, "Apple's APNs, a single channel"),
  ANDROID("Android", "android", 15, "Google's FCM, channels VoIP and Message");

  private final String label;
  private final String platform;
  private final int osMajor;
  private final String way;

  PhoneKind(final String label, final String platform, final int osMajor, final String way) {
    this.label = label;
    this.platform = platform;
    this.osMajor = osMajor;
    this.way = way;
  }

  String label() {
    return label;
  }

  String platform() {
    return platform;
  }

  int osMajor() {
    return osMajor;
  }

  /// Through which cloud and channels it is reached while its app sleeps.
  String way() {
    return way;
  }

  boolean hasOneChannel() {
    return this == IOS_12;
  }
}

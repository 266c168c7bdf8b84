package dev.reveille.push.apns;

/// The headers of a push to Apple: of one in our own words, or of one that its caller wrote.
sealed interface ApnsForm permits PushForm, NativeForm {
  /// `apns-push-type`.
  String type();

  /// `apns-topic`.
  String topic(String bundleId);

  /// `apns-priority`; "" leaves it to Apple.
  String priority();

  /// The largest payload in bytes.
  int limit();
}

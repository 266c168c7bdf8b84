package dev.reveille.push.apns;

/// The form in which Apple takes a push: what its headers say.
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

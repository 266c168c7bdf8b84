package dev.reveille.push.apns;

/// Finds the credentials that an app's pushes use now, for a push that Apple refused with earlier
/// ones: they may be replaced while a push is on its way. Called on event loops; must not block.
@FunctionalInterface
interface CurrentCredentials {
  Found instead(ApnsRequest refused);

  sealed interface Found {
    /// There is nothing else to try.
    record Same() implements Found {}

    /// They were changed, and are not read yet.
    record Unread() implements Found {}

    /// The push can go once more, with others.
    record Others(ApnsApp app) implements Found {}
  }
}

package dev.reveille.protocols.notificationhubs;

/// The address of one app on one device, as its push service gave it to the app. It is not checked
/// when it is registered, only when it is used.
public sealed interface PnsHandle {
  /// Of each part, in characters.
  int LONGEST = 4_096;

  /// What stands for the handle where one text is wanted: in lists, filters and outcomes.
  String value();

  /// A handle of one text: a token or a URL.
  record Single(String value) implements PnsHandle {
    public Single {
      checked(value);
    }

    @Override
    public String toString() {
      return "Single[…]";
    }
  }

  /// A browser's push subscription.
  record Browser(String endpoint, String p256dh, String auth) implements PnsHandle {
    public Browser {
      checked(endpoint);
      checked(p256dh);
      checked(auth);
    }

    @Override
    public String value() {
      return endpoint;
    }

    @Override
    public String toString() {
      return "Browser[…]";
    }
  }

  /// A handle of two ids.
  record Baidu(String userId, String channelId) implements PnsHandle {
    public Baidu {
      checked(userId);
      checked(channelId);
    }

    @Override
    public String value() {
      return userId + "-" + channelId;
    }

    @Override
    public String toString() {
      return "Baidu[…]";
    }
  }

  private static void checked(final String part) {
    if (part.isEmpty() || part.length() > LONGEST) {
      throw new IllegalArgumentException(
          "a handle has 1 to " + LONGEST + " characters, not " + part.length());
    }
    if (part.chars().anyMatch(Character::isISOControl)
        || dev.reveille.model.Surrogates.halfIn(part)) {
      throw new IllegalArgumentException("a handle must hold no control characters");
    }
  }
}

package dev.reveille.protocols.notificationhubs;

/// Where a push service reaches one app on one device, as the app was told by it. It is judged when
/// it is used and not before.
public sealed interface PnsHandle {
  /// Of each part, in characters.
  int LONGEST = 4_096;

  /// What stands for the handle where one text is wanted: in lists, filters and outcomes.
  String value();

  /// A token or an address.
  record Single(String value) implements PnsHandle {
    public Single {
      checked(value);
    }

    @Override
    public String toString() {
      return "Single[…]";
    }
  }

  /// What a browser hands out for Web Push.
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

  /// Two ids together.
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

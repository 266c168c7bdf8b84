package dev.reveille.model;

import java.util.Locale;
import java.util.regex.Pattern;

/// The name under which a push service groups addresses: for Apple the topic (the app's bundle id),
/// for Google the project, for a URL its origin. It decides which of an app's credentials a push
/// needs. An address without a scope has the app's usual one.
public final class PushScope {
  /// Bundle ids are of letters, digits, hyphens and dots.
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  private static final Pattern PROJECT = Pattern.compile("[a-z0-9:.-]{1,100}");
  private static final String VOIP = ".voip";

  /// Sends to the addresses of clearing houses.
  public static final SenderId CLEARING_HOUSE = new SenderId("clearinghouse");

  private static final String AT = "@";

  private PushScope() {}

  /// The scope of an address that is a handle of a clearing house.
  ///
  /// @param domain of the clearing house
  public static String clearingHouse(final String domain) {
    return AT + domain.toLowerCase(Locale.ROOT);
  }

  /// Whether an address of this scope is a handle of a clearing house.
  public static boolean isClearingHouse(final String scope) {
    return scope.startsWith(AT);
  }

  /// What the service calls it.
  public static String field(final PushService service) {
    return switch (service) {
      case APNS -> "topic";
      case FCM -> "project";
      case WNS, MPNS, WEB_PUSH -> "origin";
      case HUB -> "platform";
    };
  }

  /// The scope as it is kept.
  ///
  /// @throws IllegalArgumentException when the service knows nothing under such a name; says why
  public static String of(final PushService service, final String written) {
    switch (service) {
      case APNS -> {
        if (written.endsWith(VOIP)) {
          throw new IllegalArgumentException(
              "must be the bundle id without `.voip`; the suffix is added to calls");
        }
        if (!TOPIC.matcher(written).matches()) {
          throw new IllegalArgumentException(
              "must be the bundle id, of 1 to 200 letters, digits, hyphens and dots");
        }
      }
      case FCM -> {
        if (!PROJECT.matcher(written).matches()) {
          throw new IllegalArgumentException(
              "must be the id of the Firebase project, of 1 to 100 lower-case letters, digits and"
                  + " hyphens");
        }
      }
      case WNS, MPNS, WEB_PUSH, HUB ->
          throw new IllegalArgumentException("is not known to " + service.word());
    }
    return written;
  }
}

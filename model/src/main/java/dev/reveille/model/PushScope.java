package dev.reveille.model;

import java.util.Optional;
import java.util.regex.Pattern;

/// The name under which a push service groups addresses: for Apple the topic (the app's bundle id),
/// for Google the project, for a URL its origin. It decides which of an app's credentials a push
/// needs. An address without a scope has the app's usual one. Where the address is a handle that a
/// clearing house gave out, the scope names the clearing house.
public final class PushScope {
  /// Who sends to all handles, of whatever push service.
  public static final SenderId CLEARING_HOUSE = new SenderId("clearinghouse");

  /// Begins the scopes of handles, and no other.
  private static final char OF_CLEARING_HOUSE = '@';

  /// Bundle ids are of letters, digits, hyphens and dots.
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  private static final Pattern PROJECT = Pattern.compile("[a-z0-9:.-]{1,100}");
  private static final String VOIP = ".voip";

  private PushScope() {}

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

  /// The scope of handles that a clearing house gave out.
  ///
  /// @param domain of the clearing house
  /// @throws IllegalArgumentException when it is no domain of at least two labels; says why
  public static String clearingHouse(final String domain) {
    return OF_CLEARING_HOUSE
        + HostNameSyntax.canonical(domain)
            .filter(name -> name.indexOf('.') > 0)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "must be the domain of the clearing house, such as push.example"));
  }

  /// The domain of the clearing house that gave out the addresses of a scope; empty for every other
  /// scope.
  static Optional<String> clearingHouseOf(final String scope) {
    return !scope.isEmpty() && scope.charAt(0) == OF_CLEARING_HOUSE
        ? Optional.of(scope.substring(1))
        : Optional.empty();
  }
}

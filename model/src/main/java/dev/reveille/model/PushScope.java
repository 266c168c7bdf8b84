package dev.reveille.model;

import java.util.regex.Pattern;

/// Under what a push service knows an address: Apple's topic, which is the bundle id of the app on
/// the device, and Google's project. An address that says none belongs to what its app is known
/// under.
public final class PushScope {
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
}

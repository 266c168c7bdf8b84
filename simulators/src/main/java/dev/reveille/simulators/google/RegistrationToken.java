package dev.reveille.simulators.google;

/// A registration token as Google's simulator knows it.
///
/// @param project whose token it is, or "" for any
public record RegistrationToken(String token, String project, State state) {

  /// Whether messages reach it.
  public enum State {
    ACTIVE,
    UNREGISTERED
  }

  public static RegistrationToken active(final String token, final String project) {
    return new RegistrationToken(token, project, State.ACTIVE);
  }
}

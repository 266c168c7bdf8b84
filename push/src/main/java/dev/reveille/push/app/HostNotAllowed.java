package dev.reveille.push.app;

/// Thrown when an app's credentials name a host that is not among the [AllowedHosts].
final class HostNotAllowed extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  HostNotAllowed(final String message) {
    super(message);
  }
}

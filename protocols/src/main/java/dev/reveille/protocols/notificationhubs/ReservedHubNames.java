package dev.reveille.protocols.notificationhubs;

import java.util.Set;

/// Names that no hub can have: the first segments of the paths of other interfaces, of this version
/// and of those to come. In lower case; names are compared without regard to case, and one that
/// begins with a dot is refused too.
public final class ReservedHubNames {
  public static final Set<String> ALL =
      Set.of(
          "v1",
          "docs",
          "device",
          "topics",
          "subscriptions",
          "providers",
          "portal",
          "admin",
          "autodiscover",
          "microsoft-server-activesync",
          "health",
          "ready",
          "openapi.json");

  private ReservedHubNames() {}
}

package dev.reveille.protocols.arm;

import dev.reveille.http.routes.PathTable;
import dev.reveille.http.server.Answer;
import dev.reveille.protocols.resources.ResourceId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The paths of Resource Manager with the action of each. Paths are compared without regard to
/// case, and a slash at the end does not matter.
///
/// Filled before the first request, read by any thread afterwards.
final class ArmRoutes {
  static final String SUBSCRIPTION = "/subscriptions/{}";
  static final String GROUP = SUBSCRIPTION + "/resourceGroups/{}";
  private static final String COMMUNICATION = "/providers/" + ResourceId.COMMUNICATION;
  private static final String HUBS = "/providers/" + ResourceId.NOTIFICATION_HUBS;

  /// Communication resources of a subscription, and of a group.
  static final String SERVICES = COMMUNICATION + "/communicationServices";

  static final String SERVICE = GROUP + SERVICES + "/{}";
  static final String SERVICE_NAMES = SUBSCRIPTION + COMMUNICATION + "/checkNameAvailability";

  /// Namespaces of a subscription, and of a group.
  static final String NAMESPACES = HUBS + "/namespaces";

  static final String NAMESPACE = GROUP + NAMESPACES + "/{}";
  static final String NAMESPACE_NAMES = SUBSCRIPTION + HUBS + "/checkNamespaceAvailability";
  static final String HUB_NAMES = NAMESPACE + "/checkNotificationHubAvailability";
  static final String HUB = NAMESPACE + "/notificationHubs/{}";
  static final String RULE = HUB + "/AuthorizationRules/{}";

  /// Answers a request; may block.
  @FunctionalInterface
  interface Action {
    Answer answer(ArmCall call);
  }

  /// @param provider whose versions it has
  record Route(String provider, Action action) {}

  private final PathTable<Route> table = new PathTable<>(new PathTable.Rules(true, true));

  ArmRoutes on(final String method, final String pattern, final Action action) {
    final var _ = table.put(method, pattern, new Route(provider(pattern), action));
    return this;
  }

  private static String provider(final String pattern) {
    final var parts = List.of(pattern.split("/", -1));
    final int at = parts.indexOf("providers");
    return at < 0 ? ArmVersions.RESOURCES : parts.get(at + 1);
  }

  /// The route of a request.
  ///
  /// @throws ArmRefused when the path or the method does not exist
  Found find(final String method, final List<String> segments) {
    final var match = table.find(segments);
    if (match == null) {
      throw new ArmRefused(
          404, "InvalidResourceType", "This server has no resource or operation of this path.");
    }
    final var route = match.of(method);
    if (route == null) {
      throw new ArmRefused(
          405, "MethodNotAllowed", method + " does not work here; " + match.allowed() + " does.");
    }
    return new Found(route, match.values());
  }

  record Found(Route route, List<String> values) {}

  /// Every address with its methods.
  Map<String, Set<String>> addresses() {
    return new TreeMap<>(table.addresses());
  }
}

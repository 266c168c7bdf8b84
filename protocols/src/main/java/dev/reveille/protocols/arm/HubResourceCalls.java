package dev.reveille.protocols.arm;

import dev.reveille.http.server.Answer;
import dev.reveille.model.HubName;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.notificationhubs.ReservedHubNames;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.resources.HubNamespaces;
import java.util.List;
import java.util.Map;

/// Resource Manager's calls for notification hubs. A hub's registrations and sends are served by
/// [dev.reveille.protocols.notificationhubs.HubApi]; its credentials for push services are set by
/// `reveille hubs credentials`.
final class HubResourceCalls {
  private static final String TYPE = "Microsoft.NotificationHubs/Namespaces/NotificationHubs";

  private final HubNamespaces namespaces;
  private final Hubs hubs;

  HubResourceCalls(final CommunicationResources resources, final Hubs hubs) {
    this.namespaces = resources.namespaces();
    this.hubs = hubs;
  }

  void fill(final ArmRoutes routes) {
    final var _ =
        routes
            .on("GET", ArmRoutes.NAMESPACE + "/notificationHubs", this::list)
            .on("GET", ArmRoutes.HUB, this::show)
            .on("PUT", ArmRoutes.HUB, this::put)
            .on("PATCH", ArmRoutes.HUB, this::show) // nothing of it can be changed here
            .on("DELETE", ArmRoutes.HUB, this::delete)
            .on("POST", ArmRoutes.HUB_NAMES, this::checkName);
  }

  private Answer list(final ArmCall call) {
    final var found = namespaces.hubs(call.organisation(), NamespaceCalls.of(call, namespaces));
    return Answers.json(
        200, out -> out.objects("value", found, (one, each) -> write(one, call, each)));
  }

  private Answer show(final ArmCall call) {
    final var hub = of(call, namespaces);
    return Answers.json(200, out -> write(out, call, hub));
  }

  private Answer put(final ArmCall call) {
    final var namespace = NamespaceCalls.of(call, namespaces);
    final var before = namespaces.hub(call.organisation(), namespace, call.value(2));
    if (before.isPresent()) {
      return Answers.json(200, out -> write(out, call, before.get()));
    }
    final HubName name;
    try {
      name = new HubName(call.value(2));
    } catch (final IllegalArgumentException wrong) {
      throw new ArmRefused(400, "InvalidResourceName", wrong.getMessage() + ".");
    }
    final var made = namespaces.add(call.organisation(), namespace, name, call.who());
    return Answers.json(201, out -> write(out, call, made));
  }

  /// A hub with registrations stays: they could not be brought back.
  private Answer delete(final ArmCall call) {
    final var namespace = NamespaceCalls.of(call, namespaces);
    final var found = namespaces.hub(call.organisation(), namespace, call.value(2));
    if (found.isEmpty()) {
      return Answers.NO_CONTENT;
    }
    final long registrations = hubs.removeEmpty(found.get(), call.who());
    if (registrations > 0) {
      throw new ArmRefused(
          409,
          "NotificationHubNotEmpty",
          "It has "
              + registrations
              + " registrations and installations; `reveille hubs remove "
              + found.get().argument()
              + " --registrations` removes them for good.");
    }
    return Answer.empty(200);
  }

  private Answer checkName(final ArmCall call) {
    final var namespace = NamespaceCalls.of(call, namespaces);
    final var name = call.body().required("name");
    final boolean isFree =
        isName(name)
            && !ReservedHubNames.ALL.contains(new HubName(name).folded())
            && namespaces.isFree(namespace, name);
    return Answers.json(
        200,
        out ->
            out.text("id", call.exchange().path())
                .text("name", name)
                .text("type", TYPE + "/checkNotificationHubAvailability")
                .text("location", namespace.location())
                .flag("isAvailiable", isFree)); // so it is spelled there
  }

  private static boolean isName(final String name) {
    try {
      final var _ = new HubName(name);
      return true;
    } catch (final IllegalArgumentException _) {
      return false;
    }
  }

  /// The hub that a path names.
  static Hub of(final ArmCall call, final HubNamespaces namespaces) {
    return namespaces
        .hub(call.organisation(), NamespaceCalls.of(call, namespaces), call.value(2))
        .orElseThrow(() ->
            ArmRefused.notFound("hub " + call.value(2) + " in the namespace " + call.value(1)));
  }

  private void write(final JsonOut out, final ArmCall call, final Hub hub) {
    out.text("id", namespaces.id(call.subscription(), hub))
        .text("name", hub.name().value())
        .text("type", TYPE)
        .text("location", "global")
        .texts("tags", Map.of())
        .object(
            "properties",
            properties -> {
              properties
                  .text("name", hub.name().value())
                  .objects("authorizationRules", List.<String>of(), (_, _) -> {});
              hub.registrationTtl()
                  .ifPresent(ttl -> properties.text("registrationTtl", ttl.toString()));
            });
  }
}

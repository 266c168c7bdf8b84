package dev.reveille.protocols.arm;

import dev.reveille.http.server.Answer;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.resources.CommunicationResource;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.resources.HubNamespaces;
import dev.reveille.protocols.resources.HubNamespaces.Namespace;
import dev.reveille.protocols.resources.ResourceId;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// Resource Manager's calls for namespaces of hubs (`Microsoft.NotificationHubs`). One that is made
/// with a `serviceBusEndpoint` has that host name for its own, which Azure chooses itself. One made
/// without is only a name under which hubs are listed, and these answer at the server's names.
final class NamespaceCalls {
  static final String TYPE = "Microsoft.NotificationHubs/Namespaces";

  /// Of one organisation.
  private static final int MOST = 100;

  private final HubNamespaces namespaces;

  NamespaceCalls(final CommunicationResources resources) {
    this.namespaces = resources.namespaces();
  }

  void fill(final ArmRoutes routes) {
    final var _ =
        routes
            .on("GET", ArmRoutes.SUBSCRIPTION + ArmRoutes.NAMESPACES, this::list)
            .on("GET", ArmRoutes.GROUP + ArmRoutes.NAMESPACES, this::list)
            .on("GET", ArmRoutes.NAMESPACE, this::show)
            .on("PUT", ArmRoutes.NAMESPACE, this::put)
            .on("PATCH", ArmRoutes.NAMESPACE, this::patch)
            .on("DELETE", ArmRoutes.NAMESPACE, this::delete)
            .on("POST", ArmRoutes.NAMESPACE_NAMES, this::checkName);
  }

  private Answer list(final ArmCall call) {
    final var found =
        namespaces.of(call.organisation()).stream()
            .filter(each -> call.values().isEmpty() || each.group().equalsIgnoreCase(call.value(0)))
            .toList();
    return Answers.json(
        200, out -> out.objects("value", found, (one, each) -> write(one, call, each)));
  }

  private Answer show(final ArmCall call) {
    final var found = of(call, namespaces);
    return Answers.json(200, out -> write(out, call, found));
  }

  private Answer put(final ArmCall call) {
    final var name = call.value(1);
    final var before = namespaces.find(call.organisation(), name);
    if (before.filter(it -> !it.group().equalsIgnoreCase(call.value(0))).isPresent()) {
      throw new ArmRefused(
          409,
          "NameInUse",
          "A namespace of this name is in the group " + before.get().group() + ".");
    }
    if (!HubNamespaces.isName(name) || !CommunicationResource.isGroup(call.value(0))) {
      throw new ArmRefused(
          400,
          "InvalidResourceName",
          "A namespace has a name of 6 to 50 letters, digits and hyphens that begins with a letter,"
              + " and its group one of 1 to 90 letters, digits and _ ( ) - .");
    }
    if (before.isEmpty() && namespaces.of(call.organisation()).size() >= MOST) {
      throw new ArmRefused(409, "QuotaExceeded", "There are " + MOST + " namespaces already.");
    }
    final var body = call.body();
    final var host = host(call, body);
    if (before.isEmpty() && !host.isEmpty()) {
      needsOperator(call);
      final var _ = namespaces.make(call.organisation(), name, host, call.who());
    } else if (before.isPresent() && !host.isEmpty() && !host.equals(before.get().host())) {
      throw new ArmRefused(
          409,
          "HostStays",
          "properties.serviceBusEndpoint: a namespace keeps the host name that it was made with, or"
              + " none; make another one.");
    }
    final var now =
        namespaces.put(
            call.organisation(),
            name,
            call.value(0),
            ArmCall.place(body, "location").orElse("global"),
            ArmCall.tags(body),
            call.who());
    return Answers.json(before.isEmpty() ? 201 : 200, out -> write(out, call, now));
  }

  /// The host name that the description asks for; "" when it asks for none, or for the server's
  /// own: so a description is that was read before.
  private static String host(final ArmCall call, final JsonBody body) {
    final var said =
        body.openObject("properties").flatMap(it -> it.text("serviceBusEndpoint")).orElse("");
    if (said.isEmpty()) {
      return "";
    }
    final URI endpoint;
    try {
      endpoint = new URI(said);
    } catch (final URISyntaxException _) {
      throw noEndpoint();
    }
    final boolean isRoot =
        List.of("", "/").contains(Objects.requireNonNullElse(endpoint.getPath(), ""));
    if (endpoint.getHost() == null
        || !isRoot
        || !List.of("https", "sb").contains(endpoint.getScheme())) {
      throw noEndpoint();
    }
    final var host = endpoint.getHost().toLowerCase(Locale.ROOT);
    return host.equals(call.endpoint().host()) ? "" : host;
  }

  private static ArmRefused noEndpoint() {
    return ArmRefused.malformed(
        "properties.serviceBusEndpoint: must be https://HOST/ with a host name of the namespace's"
            + " own");
  }

  /// Host names are the server's: who operates it gives them out.
  private static void needsOperator(final ArmCall call) {
    if (!call.organisation().equals(OrganisationId.FIRST)) {
      throw new ArmRefused(
          403,
          "AuthorizationFailed",
          "Only keys of the organisation "
              + OrganisationId.FIRST
              + " give namespaces host names; without properties.serviceBusEndpoint it is made.");
    }
  }

  /// Tags are all that can be changed.
  private Answer patch(final ArmCall call) {
    final var before = of(call, namespaces);
    final var body = call.body();
    final var now =
        body.has("tags")
            ? namespaces.put(
                call.organisation(),
                before.name(),
                before.group(),
                before.location(),
                ArmCall.tags(body),
                call.who())
            : before;
    return Answers.json(200, out -> write(out, call, now));
  }

  /// Azure removes what is in it; here a hub's registrations are never lost by the way.
  private Answer delete(final ArmCall call) {
    final var found =
        namespaces
            .find(call.organisation(), call.value(1))
            .filter(it -> it.group().equalsIgnoreCase(call.value(0)));
    if (found.isEmpty()) {
      return Answers.NO_CONTENT;
    }
    if (found.get().isFirst()) {
      throw new ArmRefused(409, "NamespaceStays", "The first namespace cannot be removed.");
    }
    final int hubs = namespaces.remove(call.organisation(), found.get(), call.who());
    if (hubs > 0) {
      throw new ArmRefused(
          409, "NamespaceNotEmpty", "It has " + hubs + " hubs; remove these first.");
    }
    return Answer.empty(200);
  }

  private Answer checkName(final ArmCall call) {
    final var name = call.body().required("name");
    final boolean isFree = namespaces.isFree(call.organisation(), name);
    return Answers.json(
        200,
        out ->
            out.text("id", call.exchange().path())
                .text("name", name)
                .text("type", TYPE + "/checkNamespaceAvailability")
                .text("location", "global")
                .flag("isAvailiable", isFree)); // so it is spelled there
  }

  /// The namespace that a path names.
  static Namespace of(final ArmCall call, final HubNamespaces namespaces) {
    return namespaces
        .find(call.organisation(), call.value(1))
        .filter(it -> it.group().equalsIgnoreCase(call.value(0)))
        .orElseThrow(() ->
            ArmRefused.notFound("namespace " + call.value(1) + " in the group " + call.value(0)));
  }

  private static String endpoint(final ArmCall call, final Namespace namespace) {
    final var here = call.endpoint();
    return (namespace.hasHost() ? here.at(namespace.host()) : here).authority();
  }

  private static void write(final JsonOut out, final ArmCall call, final Namespace namespace) {
    out.text("id", ResourceId.ofNamespace(call.subscription(), namespace.group(), namespace.name()))
        .text("name", namespace.name())
        .text("type", TYPE)
        .text("location", namespace.location())
        .texts("tags", namespace.tags())
        .object("sku", sku -> sku.text("name", "Standard"))
        .object(
            "properties",
            properties -> {
              properties
                  .text("name", namespace.name())
                  .text("provisioningState", "Succeeded")
                  .text("status", "Active")
                  .flag("enabled", true)
                  .flag("critical", false)
                  .text("namespaceType", "NotificationHub")
                  .text("subscriptionId", call.subscription().toString())
                  .text("serviceBusEndpoint", "https://" + endpoint(call, namespace) + "/");
              Optional.of(namespace.madeAt())
                  .filter(Instant.EPOCH::isBefore)
                  .ifPresent(moment -> properties.moment("createdAt", moment));
            });
  }
}

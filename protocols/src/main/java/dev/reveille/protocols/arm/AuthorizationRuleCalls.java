package dev.reveille.protocols.arm;

import dev.reveille.http.server.Answer;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.resources.HubNamespaces;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.protocols.sas.SharedAccessPolicy;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Resource Manager's calls for the policies of a hub, which it calls authorization rules, and for
/// their keys. Namespaces have no rules here.
final class AuthorizationRuleCalls {
  private static final String TYPE =
      "Microsoft.NotificationHubs/Namespaces/NotificationHubs/AuthorizationRules";

  private final HubNamespaces namespaces;
  private final Hubs hubs;

  AuthorizationRuleCalls(final CommunicationResources resources, final Hubs hubs) {
    this.namespaces = resources.namespaces();
    this.hubs = hubs;
  }

  void fill(final ArmRoutes routes) {
    final var _ =
        routes
            .on("GET", ArmRoutes.HUB + "/AuthorizationRules", this::list)
            .on("GET", ArmRoutes.RULE, this::show)
            .on("PUT", ArmRoutes.RULE, this::put)
            .on("DELETE", ArmRoutes.RULE, this::delete)
            .on("POST", ArmRoutes.RULE + "/listKeys", this::keys)
            .on("POST", ArmRoutes.RULE + "/regenerateKeys", this::rekey);
  }

  private Answer list(final ArmCall call) {
    final var hub = HubResourceCalls.of(call, namespaces);
    return Answers.json(
        200,
        out ->
            out.objects(
                "value", hubs.policies(hub), (one, policy) -> write(one, call, hub, policy)));
  }

  private Answer show(final ArmCall call) {
    final var hub = HubResourceCalls.of(call, namespaces);
    final var policy = policy(call, hub);
    return Answers.json(200, out -> write(out, call, hub, policy));
  }

  private Answer put(final ArmCall call) {
    final var hub = HubResourceCalls.of(call, namespaces);
    final var words =
        call.body()
            .openObject("properties")
            .orElseThrow(() -> ArmRefused.malformed("properties: is missing"))
            .texts("rights", AccessRight.values().length);
    final var changed = hubs.putPolicy(hub, call.value(3), rights(words), call.who());
    final var policy = policy(call, changed);
    return Answers.json(200, out -> write(out, call, changed, policy));
  }

  private static Set<AccessRight> rights(final List<String> words) {
    final var rights = EnumSet.noneOf(AccessRight.class);
    for (final var word : words) {
      rights.add(
          Arrays.stream(AccessRight.values())
              .filter(right -> right.word().equalsIgnoreCase(word))
              .findFirst()
              .orElseThrow(() ->
                  ArmRefused.malformed("properties.rights: must be Listen, Send and Manage")));
    }
    return rights;
  }

  private Answer delete(final ArmCall call) {
    final var hub = HubResourceCalls.of(call, namespaces);
    if (find(call, hub).isEmpty()) {
      return Answers.NO_CONTENT;
    }
    final var _ = hubs.removePolicy(hub, call.value(3), call.who());
    return Answer.empty(200);
  }

  private Answer keys(final ArmCall call) {
    final var hub = HubResourceCalls.of(call, namespaces);
    return keys(call, hub, policy(call, hub));
  }

  /// Azure's texts write the key's name in several ways.
  private Answer rekey(final ArmCall call) {
    final var hub = HubResourceCalls.of(call, namespaces);
    final var policy = policy(call, hub);
    final var word = call.body().required("policyKey").toLowerCase(Locale.ROOT).replace(" ", "");
    final var which =
        switch (word) {
          case "primarykey", "primary" -> Hubs.Key.PRIMARY;
          case "secondarykey", "secondary" -> Hubs.Key.SECONDARY;
          default -> throw ArmRefused.malformed("policyKey: must be PrimaryKey or SecondaryKey");
        };
    hubs.rekey(hub, policy.name(), which, call.who());
    return keys(call, hub, policy(call, hub));
  }

  private Answer keys(final ArmCall call, final Hub hub, final SharedAccessPolicy policy) {
    final var where = hubs.namespaces().endpoint(hub, call.endpoint());
    return Answers.json(
        200,
        out ->
            out.text("primaryConnectionString", where.connection(policy.name(), policy.primary()))
                .text(
                    "secondaryConnectionString",
                    where.connection(policy.name(), policy.secondary()))
                .text("primaryKey", policy.primary().text())
                .text("secondaryKey", policy.secondary().text())
                .text("keyName", policy.name()));
  }

  private SharedAccessPolicy policy(final ArmCall call, final Hub hub) {
    return find(call, hub)
        .orElseThrow(
            () -> ArmRefused.notFound("policy " + call.value(3) + " of the hub " + hub.shown()));
  }

  private Optional<SharedAccessPolicy> find(final ArmCall call, final Hub hub) {
    return hubs.policies(hub).stream()
        .filter(policy -> policy.name().equals(call.value(3)))
        .findFirst();
  }

  private void write(
      final JsonOut out, final ArmCall call, final Hub hub, final SharedAccessPolicy policy) {
    out.text("id", namespaces.id(call.subscription(), hub) + "/AuthorizationRules/" + policy.name())
        .text("name", policy.name())
        .text("type", TYPE)
        .text("location", "global")
        .texts("tags", Map.of())
        .object("properties", properties -> properties.texts("rights", words(policy.rights())));
  }

  private static List<String> words(final Collection<AccessRight> rights) {
    return EnumSet.copyOf(Set.copyOf(rights)).stream().map(AccessRight::word).toList();
  }
}

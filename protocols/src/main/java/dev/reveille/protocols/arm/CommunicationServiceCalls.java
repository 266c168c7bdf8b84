package dev.reveille.protocols.arm;

import dev.reveille.http.server.Answer;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.resources.CommunicationResource;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.resources.CommunicationResources.Key;
import dev.reveille.protocols.resources.LinkJudge.Verdict.Linkable;
import dev.reveille.protocols.resources.LinkJudge.Verdict.Refused;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/// Resource Manager's calls for communication resources (`Microsoft.Communication`): the resources,
/// their keys, and their link to a hub.
final class CommunicationServiceCalls {
  /// Of one organisation.
  private static final int MOST = 100;

  private final CommunicationResources resources;

  CommunicationServiceCalls(final CommunicationResources resources) {
    this.resources = resources;
  }

  void fill(final ArmRoutes routes) {
    final var link = ArmRoutes.SERVICE + "/linkNotificationHub";
    final var _ =
        routes
            .on("GET", ArmRoutes.SUBSCRIPTION + ArmRoutes.SERVICES, this::list)
            .on("GET", ArmRoutes.GROUP + ArmRoutes.SERVICES, this::list)
            .on("GET", ArmRoutes.SERVICE, this::show)
            .on("PUT", ArmRoutes.SERVICE, this::put)
            .on("PATCH", ArmRoutes.SERVICE, this::patch)
            .on("DELETE", ArmRoutes.SERVICE, this::delete)
            .on("POST", ArmRoutes.SERVICE + "/listKeys", this::keys)
            .on("POST", ArmRoutes.SERVICE + "/regenerateKey", this::rekey)
            .on("POST", link, this::link)
            .on("DELETE", link, this::unlink)
            .on("POST", ArmRoutes.SERVICE_NAMES, this::checkName);
  }

  /// All, or those of a group.
  private Answer list(final ArmCall call) {
    final var found =
        resources.of(call.organisation()).stream()
            .filter(each -> call.values().isEmpty() || each.group().equalsIgnoreCase(call.value(0)))
            .toList();
    return Answers.json(
        200, out -> out.objects("value", found, (one, each) -> write(one, call, each)));
  }

  private Answer show(final ArmCall call) {
    final var found = resource(call);
    return Answers.json(200, out -> write(out, call, found));
  }

  private Answer put(final ArmCall call) {
    final var name = call.value(1);
    final var before = resources.find(call.organisation(), name);
    if (before.filter(it -> !it.group().equalsIgnoreCase(call.value(0))).isPresent()) {
      throw new ArmRefused(
          409,
          "NameInUse",
          "A resource of this name is in the group " + before.get().group() + ".");
    }
    if (!CommunicationResource.isName(name) || !CommunicationResource.isGroup(call.value(0))) {
      throw new ArmRefused(
          400,
          "InvalidResourceName",
          "A communication resource has a name of 1 to 63 letters, digits and hyphens, and its"
              + " group one of 1 to 90 letters, digits and _ ( ) - .");
    }
    if (before.isEmpty() && resources.of(call.organisation()).size() >= MOST) {
      throw new ArmRefused(409, "QuotaExceeded", "There are " + MOST + " resources already.");
    }
    final var body = call.body();
    final var wanted =
        new CommunicationResource(
            call.organisation(),
            name,
            call.value(0),
            ArmCall.place(body, "location").orElse("global"),
            body.openObject("properties")
                .flatMap(properties -> ArmCall.place(properties, "dataLocation"))
                .orElse(""),
            ArmCall.tags(body),
            UUID.randomUUID(),
            /* chat= */ false,
            Optional.empty(),
            resources.now());
    final var now = resources.put(wanted, call.who());
    return Answers.json(before.isEmpty() ? 201 : 200, out -> write(out, call, now));
  }

  /// Tags are all that can be changed.
  private Answer patch(final ArmCall call) {
    final var before = resource(call);
    final var body = call.body();
    final var now =
        body.has("tags") ? resources.putTags(before, ArmCall.tags(body), call.who()) : before;
    return Answers.json(200, out -> write(out, call, now));
  }

  private Answer delete(final ArmCall call) {
    final var found = resources.find(call.organisation(), call.value(1)).filter(in(call));
    if (found.isEmpty()) {
      return Answers.NO_CONTENT;
    }
    return switch (resources.remove(found.get(), call.who())) {
      case DONE -> Answer.empty(200);
      case IS_THE_LAST ->
          throw new ArmRefused(
              409, "ResourceStays", "An organisation keeps one communication resource.");
      case APPS_ARE_BOUND ->
          throw new ArmRefused(
              409,
              "ResourceInUse",
              "Apps are bound to it, whose devices it would leave out of reach: "
                  + String.join(
                      ", ", resources.apps(found.get()).stream().map(app -> app.value()).toList())
                  + ". Bind them to another resource first, or unbind them.");
    };
  }

  private Answer checkName(final ArmCall call) {
    final var name = call.body().required("name");
    final boolean isFree = resources.find(call.organisation(), name).isEmpty();
    final boolean isName = CommunicationResource.isName(name);
    return Answers.json(
        200,
        out -> {
          out.flag("nameAvailable", isFree && isName);
          if (!isName) {
            out.text("reason", "Invalid")
                .text("message", "1 to 63 letters, digits and hyphens are a name.");
          } else if (!isFree) {
            out.text("reason", "AlreadyExists")
                .text("message", "There is a resource of this name.");
          }
        });
  }

  // ---- keys -----------------------------------------------------------------------------------

  private Answer keys(final ArmCall call) {
    return answer(call, resources.keys(resource(call), call.who()));
  }

  private Answer rekey(final ArmCall call) {
    final var found = resource(call);
    final var word = call.body().required("keyType").toLowerCase(Locale.ROOT);
    return switch (word) {
      case "primary" -> answer(call, resources.rekey(found, Key.PRIMARY, call.who()));
      case "secondary" -> answer(call, resources.rekey(found, Key.SECONDARY, call.who()));
      default -> throw ArmRefused.malformed("keyType: must be Primary or Secondary");
    };
  }

  private static Answer answer(final ArmCall call, final CommunicationResources.Keys keys) {
    final var before = "endpoint=https://" + call.endpoint().authority() + "/;accesskey=";
    final var primary = keys.primary().text();
    final var secondary = keys.secondary().text();
    return Answers.json(
        200,
        out ->
            out.text("primaryKey", primary)
                .text("secondaryKey", secondary)
                .text("primaryConnectionString", before + primary)
                .text("secondaryConnectionString", before + secondary));
  }

  // ---- the link -------------------------------------------------------------------------------

  /// Links a hub; a connection string and an id that are both empty take the link away. A body that
  /// was forgotten does not. Single quotes are taken, as they stand in the text that people paste
  /// from.
  private Answer link(final ArmCall call) {
    final var found = resource(call);
    final var body = JsonBody.openLenient(call.exchange().body());
    final var string = body.text("connectionString").orElse("");
    final var hub = body.text("resourceId").orElse("");
    if (string.isEmpty() && hub.isEmpty()) {
      return unlink(call);
    }
    return switch (resources.judge().judge(found, string, hub, resources.now())) {
      case Refused(var code, var sentence) -> throw new ArmRefused(400, code, sentence);
      case final Linkable linkable -> {
        final var now = resources.link(found, linkable, call.who());
        yield Answers.json(
            200,
            out -> {
              out.text("resourceId", now.link().map(it -> it.hubId()).orElse(""));
              if (!linkable.warnings().isEmpty()) {
                out.texts("warnings", linkable.warnings());
              }
            });
      }
    };
  }

  private Answer unlink(final ArmCall call) {
    final var _ = resources.unlink(resource(call), call.who());
    return Answers.json(200, out -> out.text("resourceId", ""));
  }

  // ---- reading and writing --------------------------------------------------------------------

  private CommunicationResource resource(final ArmCall call) {
    return resources
        .find(call.organisation(), call.value(1))
        .filter(in(call))
        .orElseThrow(() ->
            ArmRefused.notFound(
                "communication resource " + call.value(1) + " in the group " + call.value(0)));
  }

  private static Predicate<CommunicationResource> in(final ArmCall call) {
    return found -> found.group().equalsIgnoreCase(call.value(0));
  }

  private void write(final JsonOut out, final ArmCall call, final CommunicationResource resource) {
    out.text("id", resources.path(resource))
        .text("name", resource.name())
        .text("type", "Microsoft.Communication/CommunicationServices")
        .text("location", resource.location())
        .texts("tags", resource.tags())
        .object(
            "properties",
            properties -> {
              properties
                  .text("provisioningState", "Succeeded")
                  .text("hostName", call.endpoint().authority())
                  .text("dataLocation", resource.dataLocation())
                  .text("immutableResourceId", resource.immutableId().toString())
                  .texts("linkedDomains", List.of());
              resource.link().ifPresent(link -> properties.text("notificationHubId", link.hubId()));
            });
  }
}

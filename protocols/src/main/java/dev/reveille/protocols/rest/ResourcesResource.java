package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.AppId;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.CommunicationResource;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.resources.HubLink;
import dev.reveille.protocols.resources.ResourceId;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore.Right;
import java.util.UUID;

/// `/v1/resources`: what an organisation has as an Azure subscription: communication resources with
/// the hubs that they are linked to and the apps that are bound to them. Resources and links are
/// made by Resource Manager ([dev.reveille.protocols.arm]); here is what Azure has no address for.
final class ResourcesResource {
  private final CommunicationResources resources;
  private final Hubs hubs;
  private final Registry registry;

  ResourcesResource(
      final CommunicationResources resources, final Hubs hubs, final Registry registry) {
    this.resources = resources;
    this.hubs = hubs;
    this.registry = registry;
  }

  /// All at once: an organisation has a hundred at most.
  Answer list(final Request request) {
    request.need(Right.MANAGE);
    final var organisation = request.organisation();
    final var subscription = resources.subscriptions().of(organisation);
    return Answers.json(
        200,
        out ->
            out.text("subscription", subscription.toString())
                .texts(
                    "declared",
                    resources.subscriptions().declared(organisation).stream()
                        .map(UUID::toString)
                        .toList())
                .objects("resources", resources.of(organisation), this::write)
                .objects(
                    "hubs", hubs.of(organisation), (one, hub) -> write(one, subscription, hub)));
  }

  Answer patch(final Request request) {
    request.need(Right.MANAGE);
    final var before = resource(request);
    final var chat = request.body("chat").flag("chat");
    final var now = chat.isEmpty() ? before : resources.putChat(before, chat.get(), request.who());
    return Answers.json(200, out -> write(out, now));
  }

  Answer bind(final Request request) {
    request.need(Right.MANAGE);
    final var resource = resource(request);
    final var id = Named.app(request.second());
    final var app =
        registry
            .app(id)
            .filter(found -> found.publisher().equals(request.organisation()))
            .orElseThrow(() -> Refusal.notFound("app", id.value()));
    resources.bind(app, resource, request.who());
    return Answers.NO_CONTENT;
  }

  Answer unbind(final Request request) {
    request.need(Right.MANAGE);
    final var resource = resource(request);
    final var app = Named.app(request.second());
    if (!resources.apps(resource).contains(app)
        || !resources.unbind(request.organisation(), app, request.who())) {
      throw Refusal.notFound("binding of app", app.value());
    }
    return Answers.NO_CONTENT;
  }

  Answer declare(final Request request) {
    request.need(Right.MANAGE);
    final var subscription = subscription(request);
    try {
      resources.subscriptions().declare(request.organisation(), subscription, request.who());
    } catch (final IllegalArgumentException wrong) {
      throw Refusal.malformed("subscription", String.valueOf(wrong.getMessage()));
    }
    return Answers.NO_CONTENT;
  }

  Answer withdraw(final Request request) {
    request.need(Right.MANAGE);
    final var subscription = subscription(request);
    if (!resources.subscriptions().withdraw(request.organisation(), subscription, request.who())) {
      throw Refusal.notFound("subscription", subscription.toString());
    }
    return Answers.NO_CONTENT;
  }

  private static UUID subscription(final Request request) {
    return ResourceId.guid(request.name())
        .orElseThrow(() ->
            Refusal.malformed(
                "subscription", "must be a GUID of 32 hexadecimal digits in 5 groups"));
  }

  private CommunicationResource resource(final Request request) {
    return resources
        .find(request.organisation(), request.name())
        .orElseThrow(() -> Refusal.notFound("communication resource", request.name()));
  }

  private void write(final JsonOut out, final CommunicationResource resource) {
    out.text("name", resource.name())
        .text("group", resource.group())
        .text("path", resources.path(resource))
        .texts("apps", resources.apps(resource).stream().map(AppId::value).toList())
        .flag("chat", resource.chat());
    resource.link().ifPresent(link -> out.object("link", one -> write(one, resource, link)));
  }

  private void write(final JsonOut out, final CommunicationResource resource, final HubLink link) {
    out.text("hub", link.hubId())
        .text("at", link.authority())
        .text("policy", link.policy())
        .flag("own", link.isOwn())
        .flag("moreThanSend", link.moreThanSend())
        .moment("linkedAt", link.linkedAt());
    resources.refusal(resource).ifPresent(words -> out.text("refused", words));
  }

  private void write(final JsonOut out, final UUID subscription, final Hub hub) {
    out.text("name", hub.name().value())
        .text(HubsResource.NAMESPACE, hub.namespace())
        .text("path", resources.namespaces().id(subscription, hub));
  }
}

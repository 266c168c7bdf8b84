package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.http.server.Handlers;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.HostNamespace;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.HubNamespaces;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore.Right;
import java.util.List;

/// `/v1/namespaces`: namespaces of hubs with host names of their own. Each belongs to an
/// organisation, which makes its hubs; host names are the server's, so that keys of the default
/// organisation alone give them out and take them back.
final class NamespacesResource {
  private static final String ORGANISATION = "organisation";
  private static final String REMOVE = "remove";

  private final Hubs hubs;
  private final HubNamespaces namespaces;
  private final Registry registry;

  NamespacesResource(final Hubs hubs, final HubNamespaces namespaces, final Registry registry) {
    this.hubs = hubs;
    this.namespaces = namespaces;
    this.registry = registry;
  }

  private static boolean isOperators(final Request request) {
    return request.organisation().equals(OrganisationId.FIRST);
  }

  private static void needOperator(final Request request) {
    request.need(Right.MANAGE);
    if (!isOperators(request)) {
      throw new Refusal(
          Reason.NOT_ALLOWED,
          "manage, of the organisation " + OrganisationId.FIRST + ": host names are the server's");
    }
  }

  /// Those of the sender's organisation; to the default one all, since no two have one host name.
  Answer list(final Request request) {
    return Lists.answer(request, "namespaces", shownTo(request), HostNamespace::name, this::write);
  }

  private List<HostNamespace> shownTo(final Request request) {
    return isOperators(request)
        ? hubs.namespaces().all()
        : hubs.namespaces().of(request.organisation());
  }

  Answer show(final Request request) {
    final var found = namespace(request);
    return Answers.json(200, out -> write(out, found));
  }

  Answer make(final Request request) {
    needOperator(request);
    final var body = request.body("name", "host", ORGANISATION);
    final var name = body.required("name");
    final var host = body.required("host");
    final var organisation =
        body.text(ORGANISATION)
            .map(said -> Named.checked(() -> new OrganisationId(said)))
            .orElse(request.organisation());
    if (!organisation.equals(request.organisation())
        && !registry.organisations().contains(organisation)) {
      throw Refusal.notFound(ORGANISATION, organisation.value());
    }
    if (Handlers.host(host).equals(Handlers.host(request.exchange().host()))) {
      throw Refusal.malformed(
          "host", "is where this request was made to: nothing but hubs would answer there");
    }
    final var made = namespaces.make(organisation, name, host, request.who());
    return Answers.json(201, out -> write(out, made));
  }

  /// `?hubs=remove` takes hubs along that have no registrations, with `&registrations=remove` the
  /// others, too, for good; without it a namespace with hubs stays.
  Answer delete(final Request request) {
    needOperator(request);
    final boolean withHubs = asks(request, "hubs");
    final boolean withRegistrations = asks(request, "registrations");
    final var found = namespace(request);
    if (withHubs) {
      removeHubs(found, withRegistrations, request.who());
    }
    final var listed =
        namespaces
            .find(found.organisation(), found.name())
            .orElseThrow(() -> Refusal.notFound("namespace", found.name()));
    final int kept = namespaces.remove(found.organisation(), listed, request.who());
    if (kept > 0) {
      throw new Refusal(
              Reason.STILL_USED,
              kept
                  + " hubs; with ?hubs=remove (`--hubs`) they go too, if nothing is registered with"
                  + " them")
          .with(out -> out.number("hubs", kept));
    }
    return Answers.NO_CONTENT;
  }

  private static boolean asks(final Request request, final String parameter) {
    final var said = request.query(parameter);
    if (!said.isEmpty() && !said.equals(REMOVE)) {
      throw Refusal.malformed(parameter, "can only be " + REMOVE);
    }
    return !said.isEmpty();
  }

  /// All are asked for their registrations before the first one goes.
  private void removeHubs(
      final HostNamespace namespace, final boolean withRegistrations, final String who) {
    final var all = hubs.in(namespace);
    if (withRegistrations) {
      all.forEach(hub -> hubs.remove(hub, who));
      return;
    }
    all.forEach(hub -> needEmpty(hub, hubs.registrations(hub)));
    all.forEach(hub -> needEmpty(hub, hubs.removeEmpty(hub, who)));
  }

  private static void needEmpty(final Hub hub, final long registrations) {
    if (registrations > 0) {
      throw new Refusal(
              Reason.STILL_USED,
              "the hub "
                  + hub.name()
                  + " has "
                  + registrations
                  + " registrations and installations; with &registrations=remove"
                  + " (`--registrations`) they go too, and cannot be brought back")
          .with(out -> out.number("registrations", registrations));
    }
  }

  private HostNamespace namespace(final Request request) {
    return hubs.namespaces()
        .find(request.name())
        .filter(
            found -> isOperators(request) || found.organisation().equals(request.organisation()))
        .orElseThrow(() -> Refusal.notFound("namespace", request.name()));
  }

  private void write(final JsonOut out, final HostNamespace namespace) {
    out.text("name", namespace.name())
        .text("host", namespace.host())
        .text(ORGANISATION, namespace.organisation().value())
        .number("hubs", hubs.in(namespace).size())
        .moment("madeAt", namespace.madeAt());
  }
}

package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.routing.ServerClock;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.regex.Pattern;

/// `/v1/organisations`: makes and removes organisations, for operators of the default organisation
/// only. What belongs to an organisation is shown to them only in numbers.
final class OrganisationsResource {
  /// Names that look alike (`acme` and `Acme`, or one with invisible characters) would mislead who
  /// lists them in an app or removes one. Those of older versions stay as they are.
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  private final Registry registry;
  private final SecretStore secrets;
  private final Hubs hubs;
  private final CommunicationResources resources;
  private final ServerClock clock;

  /// Whether a name is free must still hold when its first key is kept.
  private final Object making = new Object();

  OrganisationsResource(
      final Registry registry,
      final SecretStore secrets,
      final Hubs hubs,
      final CommunicationResources resources,
      final ServerClock clock) {
    this.registry = registry;
    this.secrets = secrets;
    this.hubs = hubs;
    this.resources = resources;
    this.clock = clock;
  }

  private static void need(final Request request) {
    request.need(Right.MANAGE);
    if (!request.organisation().equals(OrganisationId.FIRST)) {
      throw new Refusal(
          Reason.ORGANISATIONS_NOT_YOURS,
          "this key belongs to the organisation " + request.organisation());
    }
  }

  Answer list(final Request request) {
    need(request);
    final int limit = request.limit();
    final var after = request.query("after");
    final var found =
        registry.organisations().stream()
            .filter(each -> each.value().compareTo(after) > 0)
            .sorted((one, other) -> one.value().compareTo(other.value()))
            .limit(limit + 1L)
            .toList();
    final var page = found.subList(0, Math.min(limit, found.size()));
    return Answers.json(
        200,
        out -> {
          out.objects("organisations", page, this::write);
          if (found.size() > limit) {
            out.text("next", page.getLast().value());
          }
        });
  }

  Answer show(final Request request) {
    need(request);
    final var organisation = organisation(request);
    return Answers.json(200, out -> write(out, organisation));
  }

  /// The key comes before the organisation: a server that stops in between has kept a key that
  /// opens nothing and was never shown, and the request can be repeated.
  Answer make(final Request request) {
    need(request);
    final var name = request.body("name").required("name");
    final var organisation = Named.checked(() -> new OrganisationId(name));
    if (!NAME.matcher(name).matches()) {
      throw Refusal.malformed(
          "name",
          "must have 1 to 64 lower-case letters (a to z), digits, dots, hyphens or underscores, and"
              + " begin with a letter or digit");
    }
    synchronized (making) {
      if (registry.organisations().contains(organisation)) {
        throw new Refusal(Reason.EXISTS, "organisation " + organisation);
      }
      registry
          .restsUntil(organisation)
          .ifPresent(until -> {
            throw new Refusal(
                Reason.ORGANISATION_NAME_RESTS,
                organisation + " is free after " + until.truncatedTo(ChronoUnit.SECONDS));
          });
      final var first =
          ApiKeys.make(
              secrets,
              organisation,
              EnumSet.allOf(Right.class),
              "made with the organisation",
              clock.instant().truncatedTo(ChronoUnit.MILLIS),
              who(request));
      registry.makeOrganisation(organisation, request.organisation(), request.who());
      return Answers.json(
          201,
          out ->
              out.text("name", organisation.value())
                  .object(
                      "key",
                      key -> {
                        KeysResource.write(key, first.key());
                        key.text("secret", first.secret());
                      }));
    }
  }

  /// Who did it, in the log of the other organisation.
  private static String who(final Request request) {
    return "organisation " + request.organisation() + ", " + request.who();
  }

  /// `?contents=remove` takes users with their content, devices and apps along; without it an
  /// organisation that has some stays. Nothing that belongs to another organisation goes.
  Answer delete(final Request request) {
    need(request);
    final var contents = request.query("contents");
    if (!contents.isEmpty() && !contents.equals("remove")) {
      throw Refusal.malformed("contents", "can only be remove");
    }
    final var organisation = organisation(request);
    if (organisation.equals(OrganisationId.FIRST)) {
      throw new Refusal(Reason.ORGANISATION_STAYS, "");
    }
    try {
      if (!contents.isEmpty()) {
        empty(organisation, who(request));
      }
      if (!registry.removeOrganisation(organisation, request.organisation(), request.who())) {
        throw Refusal.notFound("organisation", organisation.value());
      }
      resources.forget(organisation);
      hubs.namespaces().forget(organisation);
    } catch (Registry.Taken taken) {
      throw new Refusal(
          Reason.STILL_USED,
          taken.getMessage()
              + "; with ?contents=remove (`--with-contents`) they go too, and cannot be brought"
              + " back");
    }
    return Answers.NO_CONTENT;
  }

  /// Keys go first, so that nothing is added meanwhile. A server that stops in between has removed
  /// a part, and the request can be repeated.
  private void empty(final OrganisationId organisation, final String who) {
    final var apps = registry.apps(organisation);
    for (final var app : apps) {
      if (registry.isUsedBeside(organisation, app.id())) {
        throw new Refusal(
            Reason.STILL_USED,
            "other organisations have installations of its app "
                + app.id()
                + "; one of its keys lists and removes them with /v1/apps/"
                + app.id()
                + "/installations");
      }
    }
    secrets
        .apiKeys(organisation)
        .forEach(key -> {
          final var _ = secrets.removeApiKey(organisation, key.id(), who);
        });
    for (var some = registry.users(organisation, "", Request.USUAL_PAGE);
        !some.isEmpty();
        some = registry.users(organisation, "", Request.USUAL_PAGE)) {
      some.forEach(user -> registry.removeUser(user.id(), who));
    }
    for (var some = registry.installations(organisation, "", Request.USUAL_PAGE);
        !some.isEmpty();
        some = registry.installations(organisation, "", Request.USUAL_PAGE)) {
      some.forEach(device -> registry.removeInstallation(device.id(), who));
    }
    hubs.of(organisation).forEach(hub -> hubs.remove(hub, who)); // their apps have no device left
    apps.forEach(app -> registry.removeApp(app.id(), who));
  }

  private OrganisationId organisation(final Request request) {
    final var organisation = Named.checked(() -> new OrganisationId(request.name()));
    if (!registry.organisations().contains(organisation)) {
      throw Refusal.notFound("organisation", organisation.value());
    }
    return organisation;
  }

  private void write(final JsonOut out, final OrganisationId organisation) {
    final var holdings = registry.holdings(organisation);
    out.text("name", organisation.value())
        .number("users", holdings.users())
        .number("installations", holdings.installations())
        .number("apps", holdings.apps())
        .number("keys", holdings.keys());
  }
}

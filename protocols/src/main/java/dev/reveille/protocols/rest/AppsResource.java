package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.App;
import dev.reveille.model.AppAccess;
import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// `/v1/apps`: apps, the organisations that may use them, and the names of their credentials, never
/// the keys. On threads that may block.
final class AppsResource {
  private static final String APPLE = "api.push.apple.com";
  private static final String APPLE_SANDBOX = "api.sandbox.push.apple.com";
  private static final int LONGEST = 256;
  private static final int MOST_ORGANISATIONS = 1_000;

  private final Registry registry;
  private final SecretStore secrets;
  private final Hubs hubs;
  private final CredentialCheck check;

  AppsResource(
      final Registry registry,
      final SecretStore secrets,
      final Hubs hubs,
      final CredentialCheck check) {
    this.registry = registry;
    this.secrets = secrets;
    this.hubs = hubs;
    this.check = check;
  }

  Answer list(final Request request) {
    request.need(Right.MANAGE);
    final var apps = registry.apps(request.organisation());
    return Lists.answer(request, "apps", apps, app -> app.id().value(), this::write);
  }

  Answer show(final Request request) {
    request.need(Right.MANAGE);
    final var app = app(request);
    return Answers.json(200, out -> write(out, app));
  }

  Answer put(final Request request) {
    request.need(Right.MANAGE);
    final var id = Named.app(request.name());
    final var body = request.body("id", "name", "bundleId", "pushlessGenerations", "organisations");
    final var before = registry.app(id);
    if (before.isPresent()
        && (request.createsOnly() || !before.get().publisher().equals(request.organisation()))) {
      throw new Refusal(Reason.EXISTS, "app " + id);
    }
    if (before.isEmpty() && id.value().startsWith(Hub.APPS)) {
      throw Refusal.malformed(
          "id", "apps that begin with " + Hub.APPS + " are those of hubs; `hubs add` makes them");
    }
    final var app =
        new App(
            id,
            request.organisation(),
            bounded("name", body.text("name").orElse(id.value())),
            bounded("bundleId", body.text("bundleId").orElse("")),
            generations(body.texts("pushlessGenerations").orElse(List.of())),
            access(request.organisation(), body, before.map(App::access)));
    registry.keepApp(app, request.who());
    final var kept = registry.app(id).orElse(app); // with what the registry counts
    return Answers.json(before.isPresent() ? 200 : 201, out -> write(out, kept));
  }

  /// What the body says; without it as it was, and for a new app the publisher alone. The publisher
  /// is always one of them.
  private static AppAccess access(
      final OrganisationId publisher, final JsonBody body, final Optional<AppAccess> before) {
    final var only = new AppAccess.Only(List.of(publisher));
    if (body.clears("organisations")) {
      return only;
    }
    final var named = body.texts("organisations");
    if (named.isEmpty()) {
      return before.orElse(only);
    }
    final var words = named.get();
    if (words.size() > MOST_ORGANISATIONS) {
      throw Refusal.malformed(
          "organisations", "must name at most " + MOST_ORGANISATIONS + ", not " + words.size());
    }
    if (words.contains(AppAccess.EVERY) && words.size() > 1) {
      throw Refusal.malformed("organisations", "must be names, or \"*\" alone");
    }
    final var all = new ArrayList<>(words);
    all.add(publisher.value());
    return Named.checked(() -> AppAccess.of(all));
  }

  /// Devices of other organisations under the app: whose and since when, not whose users.
  Answer foreign(final Request request) {
    request.need(Right.MANAGE);
    final var app = app(request);
    final int limit = request.limit();
    final var found = registry.foreignInstallations(app, request.query("after"), limit + 1);
    final var page = found.subList(0, Math.min(limit, found.size()));
    return Answers.json(
        200,
        out -> {
          out.objects(
              "installations",
              page,
              (one, installation) ->
                  one.text("id", installation.id().value())
                      .text("organisation", installation.organisation().value())
                      .flag("named", app.isFor(installation.organisation()))
                      .text("platform", installation.platform().word())
                      .moment("registeredAt", installation.registeredAt())
                      .moment("lastSeen", installation.lastSeen()));
          if (found.size() > limit) {
            out.text("next", page.getLast().id().value());
          }
        });
  }

  Answer removeForeign(final Request request) {
    request.need(Right.MANAGE);
    final var app = app(request);
    final var id = Named.installation(request.second());
    if (!registry.removeForeignInstallation(app, id, request.who())) {
      throw Refusal.notFound("installation", id.value());
    }
    return Answers.NO_CONTENT;
  }

  /// `?installations=remove` takes the organisation's own devices along; without it, or where other
  /// organisations use the app, an app with devices stays.
  Answer delete(final Request request) {
    request.need(Right.MANAGE);
    final var app = app(request).id();
    final var devices = request.query("installations");
    if (!devices.isEmpty() && !devices.equals("remove")) {
      throw Refusal.malformed("installations", "can only be remove");
    }
    hubs.ofApp(app)
        .ifPresent(hub -> {
          throw new Refusal(
              Reason.STILL_USED,
              "the hub " + hub.shown() + " sends with its credentials; it goes with the hub");
        });
    if (registry.isUsedBeside(request.organisation(), app)) {
      throw new Refusal(
          Reason.STILL_USED,
          "other organisations have installations of the app; GET /v1/apps/"
              + app
              + "/installations lists them, and DELETE removes one");
    }
    try {
      while (!devices.isEmpty() && removeSome(app, request) > 0) {
        // the next ones
      }
      if (!registry.removeApp(app, request.who())) {
        throw Refusal.notFound("app", app.value());
      }
    } catch (Registry.Taken taken) {
      throw new Refusal(Reason.STILL_USED, String.valueOf(taken.getMessage()));
    }
    return Answers.NO_CONTENT;
  }

  private int removeSome(final AppId app, final Request request) {
    final var some = registry.installationsOf(app, request.organisation(), Request.USUAL_PAGE);
    some.forEach(one -> registry.removeInstallation(one, request.who()));
    return some.size();
  }

  Answer putStatementKey(final Request request) {
    request.need(Right.MANAGE);
    final var app = app(request).id();
    final var pem = request.body("publicKey").required("publicKey");
    StatementKeys.check("publicKey", pem);
    if (request.second().length() > LONGEST) {
      throw Refusal.malformed("", "a key's name must have at most " + LONGEST + " characters");
    }
    secrets.keepStatementKey(app, request.second(), pem, request.who());
    return Answers.NO_CONTENT;
  }

  /// The app that the path names, if this organisation publishes it.
  App app(final Request request) {
    final AppId id = Named.app(request.name());
    return registry
        .app(id)
        .filter(found -> found.publisher().equals(request.organisation()))
        .orElseThrow(() -> Refusal.notFound("app", id.value()));
  }

  private void write(final JsonOut out, final App app) {
    final var generations = app.pushlessGenerations();
    final var given =
        Arrays.stream(PushService.values())
            .flatMap(service -> secrets.credentials(app.id(), service).stream())
            .toList();
    out.text("id", app.id().value())
        .text("name", app.name())
        .text("bundleId", app.bundleId())
        .texts(
            "pushlessGenerations",
            generations.isEmpty() ? List.of() : List.of(generations.split(",")))
        .texts("organisations", app.access().words())
        .texts(
            "credentials",
            given.stream().map(each -> each.credential().service().word()).distinct().toList())
        .objects("accounts", given, this::account);
    if (app.credentialsChanged().isAfter(Instant.EPOCH)) {
      out.moment("credentialsChanged", app.credentialsChanged());
    }
  }

  /// What tells which account it is; the key stays with us.
  private void account(final JsonOut out, final AppCredential account) {
    out.text("service", account.credential().service().word());
    if (!account.id().isDefault()) {
      out.text("id", account.id().value());
    }
    switch (account.credential()) {
      case Credential.Apns apns -> {
        forWhich(out, account);
        out.text("team", apns.team())
            .text("keyId", apns.keyId())
            .text("host", host(apns.endpoint(), APPLE))
            .text("sandboxHost", host(apns.sandboxEndpoint(), APPLE_SANDBOX));
      }
      case Credential.ApnsCertificate shown -> {
        forWhich(out, account);
        out.flag("certificate", true);
        check
            .coverage(shown)
            .ifPresent(covers ->
                out.texts("topics", covers.topics())
                    .texts("environments", environments(covers.environment())));
        out.text("host", host(shown.endpoint(), APPLE))
            .text("sandboxHost", host(shown.sandboxEndpoint(), APPLE_SANDBOX));
      }
      case Credential.Fcm fcm -> {
        out.text("project", JsonParsers.field(fcm.serviceAccount(), "project_id"))
            .textIfAny("analyticsLabel", fcm.analyticsLabel());
        if (fcm.web()) {
          out.flag("web", true);
        }
        if (fcm.apple()) {
          out.flag("apple", true);
        }
        out.text("host", host(fcm.endpoint(), "fcm.googleapis.com"));
      }
      case Credential.WebPush web ->
          out.text("publicKey", web.publicKey())
              .text("subject", web.subject())
              .flag("silent", web.silent());
      case Credential.Wns wns ->
          out.text("client", wns.client())
              .textIfAny("tenant", wns.tenant())
              .text(
                  "host",
                  host(
                      wns.endpoint(),
                      wns.tenant().isEmpty() ? "login.live.com" : "login.microsoftonline.com"));
      case Credential.Mpns mpns -> out.flag("certificate", !mpns.certificate().isEmpty());
    }
    check.ends(account.credential()).ifPresent(end -> out.moment("expires", end));
  }

  private static void forWhich(final JsonOut out, final AppCredential account) {
    if (!account.id().isDefault()) {
      out.text("environment", account.environment().word()).textIfAny("topic", account.scope());
    }
  }

  private static List<String> environments(final PushEnvironment environment) {
    return Stream.of(PushEnvironment.PRODUCTION, PushEnvironment.SANDBOX)
        .filter(each -> environment == PushEnvironment.BOTH || environment == each)
        .map(PushEnvironment::word)
        .toList();
  }

  private static String host(final String endpoint, final String usual) {
    return endpoint.isEmpty() ? usual : endpoint.replaceFirst("^https://", "");
  }

  private static String generations(final List<String> names) {
    for (final var name : names) {
      if (name.isBlank() || name.contains(",")) {
        throw Refusal.malformed("pushlessGenerations", "must be names without commas");
      }
    }
    return bounded("pushlessGenerations", String.join(",", names));
  }

  private static String bounded(final String field, final String text) {
    if (text.length() > LONGEST || text.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.malformed(
          field, "must have at most " + LONGEST + " characters, none of them control characters");
    }
    return text;
  }
}

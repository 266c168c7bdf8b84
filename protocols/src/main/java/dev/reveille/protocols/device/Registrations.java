package dev.reveille.protocols.device;

import dev.reveille.http.server.Answer;
import dev.reveille.live.LiveChannels;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.Routing;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// Registers installations, changes and removes them. Everything about a request is checked before
/// its one-time code or statement is used up, so that a mistake costs the app nothing. Methods may
/// block on the disk.
final class Registrations {
  static final String LIVE = "/device/v1/live";
  static final String POLL = "/device/v1/poll";

  /// What a body of `POST /device/v1/installations` may have.
  private static final String[] FIELDS = {
    "app",
    "code",
    "statement",
    "platform",
    "osMajor",
    "generation",
    "attributes",
    Attributes.LOCALE,
    Attributes.CONTENT_KEY,
    "tokens",
    PnsHandles.HANDLE,
    PnsHandles.EXPIRES_IN,
    "proof"
  };

  private static final int FIRST_IOS_WITH_TWO_CHANNELS = 13;

  private final Routing routing;
  private final Registry registry;
  private final SecretStore secrets;
  private final DeviceTokens tokens;
  private final PushTokens pushTokens;
  private final PnsHandles handles;
  private final Statements statements;
  private final LiveChannels live;
  private final int mostDevices;
  private final SecureRandom random = new SecureRandom();

  Registrations(
      final Routing routing,
      final Registry registry,
      final SecretStore secrets,
      final DeviceTokens tokens,
      final PushTokens pushTokens,
      final PnsHandles handles,
      final LiveChannels live,
      final DeviceSettings settings) {
    this.routing = routing;
    this.registry = registry;
    this.secrets = secrets;
    this.tokens = tokens;
    this.pushTokens = pushTokens;
    this.handles = handles;
    this.live = live;
    this.mostDevices = settings.mostDevices();
    this.statements = new Statements(secrets, settings.statementLife(), routing.clock());
  }

  /// What a request says about the device itself.
  private record Device(
      Platform platform,
      int osMajor,
      String generation,
      Map<String, String> attributes,
      List<PushAddress> addresses) {}

  /// `POST /device/v1/installations`.
  Answer register(final JsonBody request) {
    request.only(FIELDS);
    final var app = request.value("app", AppId::new);
    final var device = device(request, app);
    if (request.has("code") == request.has("statement")) {
      throw new Refusal(Reason.MALFORMED, "give either code or statement");
    }
    final var id = new InstallationId("i-" + randomText(12));
    final var yielding =
        pushTokens.holdersThatYield(
            id,
            device.addresses,
            pushTokens.proven(id, request),
            handle -> PnsHandles.yields(handle, app, routing.clock().instant()));
    final var user =
        request.has("code")
            ? byCode(app, request.required("code"))
            : byStatement(app, request.required("statement"));

    final var now = routing.clock().instant();
    final var installation =
        new Installation(
            id,
            user.organisation(),
            app,
            device.platform,
            device.osMajor,
            device.generation,
            List.of(user),
            device.addresses,
            device.attributes,
            now,
            now);
    pushTokens.release(yielding, device.addresses, Registry.device(id));
    bind(app, device.addresses);
    pushTokens.keep(installation, Registry.device(id));
    final var token = tokens.issue(id);
    final var cursor = routing.inboxes().beginning();
    return Answers.json(
        201,
        out ->
            out.text("installation", id.value())
                .text("token", token)
                .text("user", user.name())
                .text("cursor", cursor.toString())
                .text("live", LIVE)
                .text("poll", POLL)
                .textIfAny("webPushKey", webPushKey(app)));
  }

  /// What the app's pages subscribe with (`applicationServerKey`); "" where it has no such key.
  private String webPushKey(final AppId app) {
    for (final var each : secrets.credentials(app, PushService.WEB_PUSH)) {
      if (each.credential() instanceof final Credential.WebPush own) {
        return own.publicKey();
      }
    }
    return "";
  }

  /// An app of the calling SDK says no version of the system: it runs on one that ends an app which
  /// gets a call's push and reports no call.
  private Device device(final JsonBody request, final AppId app) {
    final var said = said(request);
    final var platform = platform(request);
    final boolean isAssumed =
        platform == Platform.IOS && request.has(PnsHandles.HANDLE) && !request.has("osMajor");
    return new Device(
        platform,
        isAssumed ? FIRST_IOS_WITH_TWO_CHANNELS : said.osMajor,
        said.generation,
        Attributes.read(request, Map.of()),
        addresses(request, app, platform));
  }

  /// Those that a request names: a handle for the linked hub, push tokens, or both.
  private List<PushAddress> addresses(
      final JsonBody request, final AppId app, final Platform platform) {
    final var now = routing.clock().instant();
    final var addresses = new ArrayList<PushAddress>();
    if (request.has("tokens")) {
      addresses.addAll(pushTokens.read(request, app, now));
    }
    handles.read(request, app, platform, now).ifPresent(addresses::add);
    return addresses;
  }

  private void bind(final AppId app, final List<PushAddress> addresses) {
    if (addresses.stream().anyMatch(each -> each.service() == PushService.HUB)) {
      handles.registered(app);
    }
  }

  private static Platform platform(final JsonBody request) {
    final var word = request.required("platform");
    for (final var platform : Platform.values()) {
      if (platform.word().equals(word)) {
        return platform;
      }
    }
    throw request.wrong(
        "platform", "must be ios, android, windows, windows-phone, browser or other");
  }

  private UserId byCode(final AppId app, final String code) {
    final var hash = DeviceTokens.sha256(code);
    final var now = routing.clock().instant();
    final var found =
        secrets
            .code(hash, now)
            .filter(kept -> kept.app().equals(app))
            .filter(kept -> isFor(app, kept.organisation()))
            .orElseThrow(() -> new Refusal(Reason.CODE_INVALID, ""));
    // a code belongs to the user it was made for, and is no word to look up
    final var user = new UserId(found.organisation(), found.user());
    roomFor(user);
    if (secrets.takeCode(hash, now).isEmpty()) { // another device was faster
      throw new Refusal(Reason.CODE_INVALID, "");
    }
    return user;
  }

  /// The publisher may have taken the organisation off the app's list since the code was made.
  private boolean isFor(final AppId app, final OrganisationId organisation) {
    return routing.directory().app(app).filter(found -> found.isFor(organisation)).isPresent();
  }

  /// A statement is signed with a key of the app's publisher, who speaks for the users of its own
  /// organisation and of no other, whichever may use the app.
  private UserId byStatement(final AppId app, final String text) {
    final var statement = statements.verify(app, text);
    final var organisation = statement.holder().organisation();
    if (routing.directory().app(app).filter(it -> it.publisher().equals(organisation)).isEmpty()) {
      throw new Refusal(Reason.PROOF_INVALID, "org is not the organisation that publishes the app");
    }
    final var user = known(organisation, statement.holder().user());
    statement.use();
    return user;
  }

  private UserId known(final OrganisationId organisation, final String name) {
    final var user =
        routing.directory().find(organisation, name).orElseThrow(Registrations::unknown);
    roomFor(user);
    return user;
  }

  private static Refusal unknown() {
    return new Refusal(
        Reason.UNKNOWN_USER, "the code or statement names no user of the organisation");
  }

  private void roomFor(final UserId user) {
    final var person = routing.directory().person(user).orElseThrow(Registrations::unknown);
    if (person.installations().size() >= mostDevices) {
      throw new Refusal(Reason.TOO_MANY_DEVICES, "at most " + mostDevices);
    }
  }

  private String randomText(final int bytes) {
    final var random = new byte[bytes];
    this.random.nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /// `POST /device/v1/token`.
  Answer rotate(final Phone phone, final String former) {
    final var token = tokens.rotate(phone.id(), former);
    return Answers.json(200, out -> out.text("token", token));
  }

  /// `PUT /device/v1/tokens`: changes what the request names, the app's own tokens, the handle of
  /// the linked hub, or both. `null` takes the handle back.
  void setTokens(final Phone phone, final JsonBody request) {
    request.only("tokens", PnsHandles.HANDLE, PnsHandles.EXPIRES_IN, "proof", "echo");
    final var app = phone.installation().app();
    final boolean ofHub = request.has(PnsHandles.HANDLE) || request.clears(PnsHandles.HANDLE);
    final boolean own = request.has("tokens");
    if (!ofHub && !own) {
      throw request.wrong("tokens", "is missing, and so is " + PnsHandles.HANDLE);
    }
    final var addresses = addresses(request, app, phone.installation().platform());
    bind(app, addresses);
    pushTokens.set(
        phone.id(),
        each -> each.service() == PushService.HUB ? ofHub : own,
        addresses,
        pushTokens.proven(phone.id(), request));
  }

  /// `POST /device/v1/challenges`.
  Answer challenge(final Phone phone, final JsonBody request) {
    request.only("tokens", PnsHandles.HANDLE, PnsHandles.EXPIRES_IN);
    if (!request.has("tokens") && !request.has(PnsHandles.HANDLE)) {
      throw request.wrong("tokens", "is missing, and so is " + PnsHandles.HANDLE);
    }
    final var own = phone.installation();
    final var addresses = addresses(request, own.app(), own.platform());
    final boolean pushed = pushTokens.challenge(phone.id(), addresses);
    return Answers.json(
        200,
        out ->
            out.flag("pushed", pushed).textIfAny("for", pushed ? Challenges.LIFE.toString() : ""));
  }

  /// `PATCH /device/v1/installation`: what the app says about itself and its device anew.
  void change(final Phone phone, final JsonBody request) {
    request.only("osMajor", "generation", "attributes", Attributes.LOCALE, Attributes.CONTENT_KEY);
    final var said = said(request);
    final var changed =
        registry.changeInstallation(
            phone.id(),
            it ->
                new Installation(
                    it.id(),
                    it.organisation(),
                    it.app(),
                    it.platform(),
                    request.has("osMajor") ? said.osMajor : it.osMajor(),
                    request.has("generation") ? said.generation : it.generation(),
                    it.users(),
                    it.addresses(),
                    Attributes.read(request, it.attributes()),
                    it.registeredAt(),
                    it.lastSeen()),
            Registry.device(phone.id()));
    if (changed.isEmpty()) {
      throw new Refusal(Reason.DEVICE_UNKNOWN, "");
    }
  }

  private record Said(int osMajor, String generation) {}

  private static Said said(final JsonBody request) {
    final var generation = request.text("generation").orElse("");
    if (generation.length() > 64) {
      throw request.wrong("generation", "must have at most 64 characters");
    }
    return new Said(request.number("osMajor", 0, 10_000).orElse(0), generation);
  }

  /// `POST /device/v1/sign-out`: the binding ends at once, and the push addresses are free for the
  /// user who signs in on this device next.
  void signOut(final Phone phone, final String token) {
    final var id = phone.id();
    final var now = routing.clock().instant();
    final var _ = registry.changeInstallation(id, it -> signedOut(it, now), Registry.device(id));
    tokens.revoke(id, token);
    live.close(id, Reason.SIGNED_OUT);
  }

  private static Installation signedOut(final Installation it, final Instant lastSeen) {
    return new Installation(
        it.id(),
        it.organisation(),
        it.app(),
        it.platform(),
        it.osMajor(),
        it.generation(),
        List.of(),
        List.of(),
        it.attributes(),
        it.registeredAt(),
        lastSeen);
  }
}

package dev.reveille.protocols.device;

import dev.reveille.http.routes.PathTable;
import dev.reveille.http.server.Answer;
import dev.reveille.http.server.BodyRule;
import dev.reveille.http.server.Exchange;
import dev.reveille.http.server.HttpHandler;
import dev.reveille.http.server.Problems;
import dev.reveille.model.AppId;
import dev.reveille.model.HandleId;
import dev.reveille.model.HostNameSyntax;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.answers.Routes;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.Routing;
import dev.reveille.routing.port.Administration;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.Handles.Claim;
import dev.reveille.routing.port.Handles.Handle;
import dev.reveille.routing.port.Handles.Owner;
import dev.reveille.routing.port.Handles.State;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import java.security.SecureRandom;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The HTTP handler of a clearing house's device listener below `/device/v1/handles`: an app of a
/// publisher claims a handle for its push token and a partner, proves that the token is its own,
/// and later replaces the token or ends the handle.
///
/// ```java
/// var handles = new HandleApi(routing, stores.administration(), stores.handles(),
///     DeviceSettings.DEFAULT, AddressUrls.PUBLIC);
/// var handlers = new Handlers(devices).at(HandleApi.PATH, handles);
/// ```
///
/// A request runs on a virtual thread and may block there. Everything about a claim is checked
/// before its code or statement is used up.
public final class HandleApi implements HttpHandler, AutoCloseable {
  /// Below it are its addresses.
  public static final String PATH = "/device/v1/handles";

  /// Active handles that one partner may have of one publisher.
  public static final long MOST_OF_PARTNER = 1_000_000;

  private static final BodyRule BODY = BodyRule.whole(BodyRule.UNASKED);
  private static final String PREFIX = "rh_";
  private static final int SECRET_BYTES = 32;
  private static final int LONGEST_SECRET = 100;

  /// Answers a request; may block.
  @FunctionalInterface
  private interface Action {
    /// @param name what stands at the open place of the address; "" when there is none
    Answer answer(Exchange exchange, String name);
  }

  private final Routing routing;
  private final Handles handles;
  private final EffectiveSettings settings;
  private final Statements statements;
  private final PushTokenReader tokens;
  private final HandleChallenges challenges;
  private final Origins origins;
  private final RegistrationRate claims;
  private final RegistrationRate guesses;
  private final long mostOfPartner;
  private final SecureRandom random = new SecureRandom();
  private final Routes<Action> routes = new Routes<>(PathTable.Rules.EXACT, BODY);
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("handle-", 0).factory());

  public HandleApi(
      final Routing routing,
      final Administration kept,
      final Handles handles,
      final DeviceSettings settings,
      final AddressUrls urls) {
    this(routing, kept, handles, settings, urls, MOST_OF_PARTNER);
  }

  HandleApi(
      final Routing routing,
      final Administration kept,
      final Handles handles,
      final DeviceSettings settings,
      final AddressUrls urls,
      final long mostOfPartner) {
    this.routing = routing;
    this.handles = handles;
    this.settings = new EffectiveSettings(kept.settings());
    this.statements = new Statements(kept.secrets(), settings.statementLife(), routing.clock());
    this.tokens = new PushTokenReader(urls);
    this.challenges =
        new HandleChallenges(routing.sends(), routing.records().ids(), routing.clock());
    this.origins = new Origins(settings.origins());
    this.claims = new RegistrationRate(settings.registrationsPerMinute());
    this.guesses = new RegistrationRate(settings.registrationsPerMinute());
    this.mostOfPartner = mostOfPartner;
    routes
        .on("POST", PATH, (exchange, _) -> claim(exchange))
        .on("POST", PATH + "/{}/confirmation", this::confirm)
        .on("PUT", PATH + "/{}", this::replace)
        .on("GET", PATH + "/{}", this::show)
        .on("DELETE", PATH + "/{}", this::end);
  }

  @Override
  public BodyRule bodyRule(final String method, final String path) {
    return BODY;
  }

  @Override
  public Problems problems() {
    return Answers::ofListener;
  }

  @Override
  public void handle(final Exchange exchange) {
    DeviceApi.guarded(
        exchange,
        () -> {
          if (!origins.settles(exchange)) {
            workers.execute(() -> DeviceApi.guarded(exchange, () -> find(exchange)));
          }
        });
  }

  private void find(final Exchange exchange) {
    final var found = routes.find(exchange);
    if (found != null) {
      final var name = found.values().isEmpty() ? "" : found.values().getFirst();
      exchange.answer(found.action().answer(exchange, name));
    }
  }

  /// Every address with its methods.
  Map<String, Set<String>> addresses() {
    return routes.addresses();
  }

  @Override
  public void close() {
    workers.shutdown();
  }

  // ---- claims ---------------------------------------------------------------------------------

  /// `POST /device/v1/handles`.
  private Answer claim(final Exchange exchange) {
    claims.count(exchange);
    final var request =
        JsonBody.of(exchange.body(), "app", "partner", "token", "statement", "code");
    final var app = request.value("app", AppId::new);
    final var partner = request.value("partner", HandleApi::domain);
    final var address = address(request, app);
    if (request.has("code") == request.has("statement")) {
      throw new Refusal(Reason.MALFORMED, "give either code or statement");
    }
    final var proof =
        request.has("code")
            ? byCode(app, partner, request.required("code"))
            : byStatement(app, request.required("statement"));
    final var owner = new Owner(proof.publisher, partner, app);
    checkPartner(owner);
    final var id = HandleId.random(random);
    return claimed(owner, id, /* replaces= */ false, address, proof.use, State.PENDING);
  }

  private static String domain(final String text) {
    return HostNameSyntax.canonical(text)
        .filter(name -> name.indexOf('.') > 0)
        .orElseThrow(() ->
            new IllegalArgumentException("must be the partner's domain, such as example.org"));
  }

  private PushAddress.Direct address(final JsonBody request, final AppId app) {
    final var token =
        request
            .object("token", PushTokenReader.FIELDS.toArray(String[]::new))
            .orElseThrow(() -> request.wrong("token", "is missing"));
    return tokens.address(token, app, routing.clock().instant().truncatedTo(ChronoUnit.MILLIS));
  }

  /// Who publishes the app, by what proves that a partner's device may claim a handle.
  ///
  /// @param use uses it up; throws a [Refusal] when another request was faster
  private record Proof(OrganisationId publisher, Runnable use) {}

  /// An app that is not there has no codes.
  private Proof byCode(final AppId app, final String partner, final String code) {
    final var hash = DeviceTokens.sha256(code);
    final var publisher = publisher(app);
    if (publisher.isEmpty() || handles.code(publisher.get(), partner, hash).isEmpty()) {
      throw codeInvalid();
    }
    return new Proof(
        publisher.get(),
        () -> {
          if (!handles.takeCode(publisher.get(), partner, hash)) {
            throw codeInvalid();
          }
        });
  }

  private static Refusal codeInvalid() {
    return new Refusal(Reason.CODE_INVALID, "it must be one for this partner and app");
  }

  private Proof byStatement(final AppId app, final String text) {
    final var statement = statements.verify(app, text);
    final var publisher = statement.holder().organisation();
    if (!publisher(app).equals(Optional.of(publisher))) {
      throw new Refusal(Reason.PROOF_INVALID, "org is not the organisation that publishes the app");
    }
    return new Proof(publisher, statement::use);
  }

  private Optional<OrganisationId> publisher(final AppId app) {
    return routing.directory().app(app).map(found -> found.publisher());
  }

  /// A device learns this only with a code or statement, so that strangers cannot list partners.
  private void checkPartner(final Owner owner) {
    final boolean isAllowed =
        settings
                .find(owner.publisher(), SettingsCatalogue.ALLOWED_DOMAINS, owner.partner())
                .isPresent()
            && settings
                .find(owner.publisher(), SettingsCatalogue.BLOCKED_DOMAINS, owner.partner())
                .isEmpty();
    if (!isAllowed) {
      throw new Refusal(Reason.PARTNER_NOT_ALLOWED, owner.partner());
    }
  }

  /// Keeps a claim, and pushes its challenge.
  ///
  /// @param use uses up what the claim was asked for with
  /// @param state of the handle until the challenge comes back
  private Answer claimed(
      final Owner owner,
      final HandleId id,
      final boolean replaces,
      final PushAddress.Direct address,
      final Runnable use,
      final State state) {
    challenges.check(owner.publisher(), address);
    final var challenge = challenges.make(address);
    final var until =
        routing.clock().instant().plus(Handles.CLAIMED).truncatedTo(ChronoUnit.MILLIS);
    final var claim = new Claim(challenge.name(), id, replaces, owner, address, until);
    switch (handles.claim(claim, mostOfPartner)) {
      case KEPT -> {}
      case TOO_MANY_OF_TOKEN ->
          throw new Refusal(
              Reason.TOO_MANY_HANDLES,
              "the token: at most "
                  + Handles.MOST_OF_TOKEN
                  + ", and "
                  + Handles.MOST_CLAIMS_OF_TOKEN
                  + " that wait for their challenge");
      case TOO_MANY_OF_PARTNER ->
          throw new Refusal(Reason.TOO_MANY_HANDLES, "the partner: at most " + mostOfPartner);
      case NOT_ACTIVE -> throw new Refusal(Reason.HANDLE_OVER, "");
    }
    try {
      use.run();
      challenges.push(challenge, owner.publisher(), address, until);
    } catch (final Refusal refused) {
      handles.drop(challenge.name());
      throw refused;
    }
    return Answers.json(
        202,
        out ->
            out.text("handle", id.value())
                .text("state", state.word())
                .moment("confirmBefore", until));
  }

  /// `POST /device/v1/handles/{handle}/confirmation`. What is wrong is not said: a guess must learn
  /// nothing.
  private Answer confirm(final Exchange exchange, final String name) {
    guesses.check(exchange);
    final var word = JsonBody.of(exchange.body(), "challenge").required("challenge");
    final var secret = secret();
    final var confirmed =
        id(name)
            .flatMap(
                id -> handles.confirm(id, challenges.nameFor(word), DeviceTokens.sha256(secret)));
    if (confirmed.isEmpty()) {
      guesses.count(exchange);
      throw new Refusal(Reason.HANDLE_UNKNOWN, "");
    }
    final var handle = confirmed.get().handle();
    return Answers.json(
        200,
        out ->
            out.text("handle", handle.id().value())
                .text("state", handle.state().word())
                .textIfAny("secret", confirmed.get().isNew() ? secret : ""));
  }

  private String secret() {
    final byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static Optional<HandleId> id(final String name) {
    try {
      return Optional.of(new HandleId(name));
    } catch (final IllegalArgumentException _) { // the answer is that of an unknown one
      return Optional.empty();
    }
  }

  // ---- with the handle's secret ---------------------------------------------------------------

  /// The handle whose secret the request carries.
  ///
  /// @throws Refusal the same for an unknown handle and for a wrong secret
  private Handle own(final Exchange exchange, final String name) {
    guesses.check(exchange);
    final var secret = DeviceAdmission.token(exchange);
    final var found =
        secret.startsWith(PREFIX) && secret.length() <= LONGEST_SECRET
            ? id(name).flatMap(id -> handles.find(id, DeviceTokens.sha256(secret)))
            : Optional.<Handle>empty();
    if (found.isEmpty()) {
      guesses.count(exchange);
      throw new Refusal(Reason.HANDLE_UNKNOWN, "");
    }
    return found.get();
  }

  /// `PUT /device/v1/handles/{handle}`: another token, which takes the place of the former one when
  /// its challenge came back.
  private Answer replace(final Exchange exchange, final String name) {
    final var handle = own(exchange, name);
    claims.count(exchange);
    if (!handle.isActive()) {
      throw new Refusal(Reason.HANDLE_OVER, "");
    }
    final var address = address(JsonBody.of(exchange.body(), "token"), handle.owner().app());
    return claimed(
        handle.owner(), handle.id(), /* replaces= */ true, address, () -> {}, handle.state());
  }

  /// `GET /device/v1/handles/{handle}`.
  private Answer show(final Exchange exchange, final String name) {
    final var handle = own(exchange, name);
    return Answers.json(
        200,
        out -> {
          out.text("handle", handle.id().value())
              .text("app", handle.owner().app().value())
              .text("partner", handle.owner().partner())
              .text("state", handle.state().word())
              .moment("since", handle.since());
          handle.why().ifPresent(why -> out.text("code", why.code()));
        });
  }

  /// `DELETE /device/v1/handles/{handle}`.
  private Answer end(final Exchange exchange, final String name) {
    final var handle = own(exchange, name);
    final var _ =
        handles.revoke(handle.owner().publisher(), handle.id(), Registry.DEVICE + handle.id());
    return Answers.NO_CONTENT;
  }
}

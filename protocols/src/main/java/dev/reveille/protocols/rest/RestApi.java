package dev.reveille.protocols.rest;

import dev.reveille.live.http.Answer;
import dev.reveille.live.http.Blocking;
import dev.reveille.live.http.Exchange;
import dev.reveille.live.http.HttpHandler;
import dev.reveille.live.http.Problems;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Unreadable;
import dev.reveille.protocols.openapi.ApiDocument;
import dev.reveille.routing.Routing;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SettingsStore;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The API as an operator, a sender or an app's backend meets it: everything below `/v1`, and what
/// describes it.
///
/// Hand it to an [dev.reveille.live.http.HttpListener] together with [#problems]. Thread-safe.
public final class RestApi implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RestApi.class);
  private static final String EVENTS = "/v1/events";
  private static final int LARGEST_HAND_IN = 4 * 1024 * 1024;
  private static final int LARGEST_REQUEST = 256 * 1024;

  private final Doorkeeper door;
  private final HandIns handIns;
  private final Routes routes;
  private final HttpHandler slowly;

  /// @param live who is connected, for the list of devices
  /// @param check asked before a platform credential is kept
  public RestApi(
      final Routing routing,
      final LiveRoutes live,
      final CredentialCheck check,
      final RestLimits limits) {
    final var stores = routing.stores();
    final var answers = new EventAnswers(stores.journal().epoch());
    final var ends = new CallEnds(routing.calls(), answers);
    this.door = new Doorkeeper(stores.secrets(), limits);
    this.handIns = new HandIns(routing, ends, answers);
    this.slowly = Blocking.of(this::answerSlowly, limits.blockingAtOnce());

    final var events = new EventsResource(stores.journal(), answers);
    final var trail =
        new TrailResource(events, stores.trail(), stores.registry(), routing.calls(), ends);
    final var calls =
        new CallsResource(
            routing.calls(), ends, routing.directory(), stores.registry(), limits.waitingAtOnce());
    final var users = new UsersResource(stores.registry());
    final var protection = new ProtectionResource(stores.registry(), users, routing.clock());
    final var person = new PersonResource(routing, users, events);
    final var installations =
        new InstallationsResource(stores.registry(), stores.secrets(), live, users);
    final var apps = new AppsResource(stores.registry(), stores.secrets(), check);
    final var presentation = new PresentationResource(apps, stores.settings());
    final var settings = new SettingsResource(stores.settings());
    final var keys = new KeysResource(stores.secrets(), routing.clock());
    final var document = ApiDocument.load();
    this.routes =
        new Routes()
            .open("GET", "/openapi.json", _ -> document.document())
            .open("GET", "/docs", _ -> document.page())
            .on("GET", "/v1", KeysResource::self)
            .open("GET", "/v1/reasons", KeysResource::reasons)
            .open("GET", "/v1/reasons/{}", KeysResource::reason)
            .handled("POST", EVENTS, this::handIn)
            .on("GET", EVENTS, events::find)
            .on("GET", "/v1/events/trail", trail::find)
            .on("GET", "/v1/events/{}", events::show)
            .on("GET", "/v1/events/{}/trail", trail::show)
            .handled("GET", "/v1/calls/{}", calls::show)
            .on("POST", "/v1/calls/{}/cancel", calls::cancel)
            .on("POST", "/v1/calls/{}/answer-elsewhere", calls::answerElsewhere)
            .on("POST", "/v1/calls/{}/answer", calls::answer)
            .on("POST", "/v1/calls/{}/decline", calls::decline)
            .on("GET", "/v1/users", users::list)
            .on("GET", "/v1/users/{}", users::show)
            .on("PUT", "/v1/users/{}", users::put)
            .on("PATCH", "/v1/users/{}", users::patch)
            .on("DELETE", "/v1/users/{}", users::delete)
            .on("GET", "/v1/users/{}/protection", protection::show)
            .on("PUT", "/v1/users/{}/protection", protection::put)
            .on("PATCH", "/v1/users/{}/protection", protection::patch)
            .on("PUT", "/v1/users/{}/muted/{}", protection::mute)
            .on("DELETE", "/v1/users/{}/muted/{}", protection::unmute)
            .on("GET", "/v1/users/{}/presence", person::presence)
            .on("GET", "/v1/users/{}/inbox", person::inbox)
            .on("GET", "/v1/users/{}/events", person::newest)
            .on("POST", "/v1/users/{}/codes", person::code)
            .on("GET", "/v1/installations", installations::list)
            .on("GET", "/v1/installations/{}", installations::show)
            .on("DELETE", "/v1/installations/{}", installations::delete)
            .on("GET", "/v1/apps", apps::list)
            .on("GET", "/v1/apps/{}", apps::show)
            .on("PUT", "/v1/apps/{}", apps::put)
            .on("DELETE", "/v1/apps/{}", apps::delete)
            .on("PUT", "/v1/apps/{}/credentials/apns", apps::putApns)
            .on("DELETE", "/v1/apps/{}/credentials/apns", apps::deleteApns)
            .on("PUT", "/v1/apps/{}/credentials/fcm", apps::putFcm)
            .on("DELETE", "/v1/apps/{}/credentials/fcm", apps::deleteFcm)
            .on("GET", "/v1/apps/{}/presentation", presentation::show)
            .on("PUT", "/v1/apps/{}/presentation", presentation::put)
            .on("DELETE", "/v1/apps/{}/presentation", presentation::delete)
            .on("PUT", "/v1/apps/{}/statement-keys/{}", apps::putStatementKey)
            .on("GET", "/v1/settings/{}", settings::list)
            .on("GET", "/v1/settings/{}/{}", settings::show)
            .on("PUT", "/v1/settings/{}/{}", settings::put)
            .on("PATCH", "/v1/settings/{}/{}", settings::patch)
            .on("DELETE", "/v1/settings/{}/{}", settings::delete)
            .on("GET", "/v1/audit", settings::audit)
            .on("GET", "/v1/keys", keys::list)
            .on("POST", "/v1/keys", keys::make)
            .on("DELETE", "/v1/keys/{}", keys::remove);
  }

  /// Words the listener's own refusals as the API does.
  public static Problems problems() {
    return Answers::ofListener;
  }

  /// Every address with its methods.
  Map<String, Set<String>> addresses() {
    return routes.addresses();
  }

  @Override
  public int bodyLimit(final String method, final String path) {
    return path.equals(EVENTS) ? LARGEST_HAND_IN : LARGEST_REQUEST;
  }

  @Override
  public void handle(final Exchange exchange) {
    if (isHandIn(exchange)) {
      final var holder = door.remembered(exchange.header("authorization").orElse(""));
      if (holder != null && handIns.take(exchange, holder, false, slowly::handle)) {
        return;
      }
    }
    slowly.handle(exchange);
  }

  private static boolean isHandIn(final Exchange exchange) {
    return exchange.method().equals("POST") && exchange.path().equals(EVENTS);
  }

  /// On a virtual thread.
  private void answerSlowly(final Exchange exchange) {
    try {
      find(exchange);
    } catch (Unreadable unreadable) {
      exchange.answer(Answers.problem(unreadable));
    } catch (Refusal refusal) {
      exchange.answer(Answers.problem(refusal));
    } catch (Registry.Taken taken) {
      exchange.answer(problem(Reason.EXISTS, taken));
    } catch (SettingsStore.Stale stale) {
      exchange.answer(problem(Reason.CHANGED_MEANWHILE, stale));
    } catch (RuntimeException fault) {
      LOG.error("{} failed", exchange, fault);
      exchange.answer(Answers.problem(Reason.INTERNAL, "", Duration.ZERO, _ -> {}));
    }
  }

  private static Answer problem(final Reason why, final RuntimeException said) {
    return Answers.problem(why, String.valueOf(said.getMessage()), Duration.ZERO, _ -> {});
  }

  private void find(final Exchange exchange) {
    final var match = routes.find(exchange.segments());
    if (match == null) {
      throw new Refusal(Reason.NOT_FOUND, "no address " + exchange.path());
    }
    if (exchange.method().equals("OPTIONS")) {
      exchange.answer(Answer.empty(204, "Allow", match.allowed()));
      return;
    }
    final var handling = match.of(exchange.method());
    if (handling == null) {
      exchange.answer(
          Answers.problem(
              Reason.METHOD_NOT_ALLOWED,
              exchange.method(),
              Duration.ZERO,
              _ -> {},
              "Allow",
              match.allowed()));
      return;
    }
    handling.handle(
        new Request(exchange, match.isOpen() ? null : holder(exchange), match.values()));
  }

  private KeyHolder holder(final Exchange exchange) {
    final var holder = door.holder(exchange.header("authorization").orElse(""), exchange.peer());
    if (!isHandIn(exchange)) { // which counts its events itself
      Doorkeeper.ration(holder, 1);
    }
    return holder;
  }

  private void handIn(final Request request) {
    handIns.take(request.exchange(), request.holder(), true, slowly::handle);
  }
}

package dev.reveille.protocols.device;

import dev.reveille.live.LiveChannel;
import dev.reveille.live.LiveChannels;
import dev.reveille.live.http.Answer;
import dev.reveille.live.http.Exchange;
import dev.reveille.live.http.HttpHandler;
import dev.reveille.model.AppState;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import dev.reveille.routing.Routing;
import dev.reveille.routing.port.Registry.Change;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The device listener's handler: everything below `/device/v1`.
///
/// ```java
/// var live = new LiveChannels(storage.inbox(), clock, LiveSettings.DEFAULT);
/// var routing = new Routing(stores, directory, live, senders, options, clock);
/// var devices = new DeviceApi(routing, live, DeviceSettings.DEFAULT);
/// var listener = HttpListener.open(settings, loops, problems, devices);
/// …
/// live.drain(spread);   // before the listener closes: phones are told when to come back
/// devices.close();
/// ```
///
/// What may block runs on a virtual thread per request; a held poll, event stream or WebSocket is a
/// [dev.reveille.live.LiveChannel] and no thread, and a poll of a phone that memory knows has none
/// on its way there either.
public final class DeviceApi implements HttpHandler, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeviceApi.class);

  static final String JSON = "application/json";
  private static final String ROOT = "/device/v1/";
  private static final int MOST_BODY = 64 * 1024;

  private final Routing routing;
  private final LiveChannels live;
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("device-", 0).factory());
  private final Registrations registrations;
  private final DeviceCalls calls;
  private final Inboxes inboxes;
  private final Origins origins;
  private final Tickets tickets;
  private final Admission admission;
  private final LiveDoor door;
  private final DeviceWishes wishes;
  private final DeviceRoutes routes;

  public DeviceApi(final Routing routing, final LiveChannels live, final DeviceSettings settings) {
    this(routing, live, settings, Durably.PATIENCE);
  }

  DeviceApi(
      final Routing routing,
      final LiveChannels live,
      final DeviceSettings settings,
      final Duration patience) {
    this.routing = routing;
    this.live = live;
    final var stores = routing.stores();
    final var frames = new DeviceFrames(stores.journal().epoch(), live.heartbeat());
    final var tokens = new DeviceTokens(stores.secrets(), stores.registry(), routing.clock());
    this.origins = new Origins(settings.origins());
    this.tickets = new Tickets(routing.clock());
    this.admission = new Admission(tokens, tickets, settings);
    final var challenges = new Challenges(routing.lonePushes(), routing.clock());
    final var pushTokens = new PushTokens(stores.registry(), tokens, challenges);
    this.registrations = new Registrations(routing, tokens, pushTokens, live, settings);
    this.inboxes = new Inboxes(routing, frames, patience);
    this.calls = new DeviceCalls(routing, frames, inboxes, workers);
    this.wishes = new DeviceWishes(routing);
    final var side =
        new PhoneSide(
            routing, frames, new PollAnswers(), tokens, calls, inboxes, settings, workers);
    this.door = new LiveDoor(side, live, admission, settings);
    this.routes = routes();
    stores.registry().onChange(this::changed);
  }

  /// Whoever is signed out or removed, by whatever side, loses the open channel too.
  private void changed(final Change change) {
    if (change instanceof Change.InstallationChanged(var id, _) && live.channel(id).isPresent()) {
      workers.execute(() -> {
        final var installation = routing.stores().registry().installation(id);
        live.channel(id)
            .filter(
                channel -> installation.filter(it -> it.users().contains(channel.user())).isEmpty())
            .ifPresent(_ -> live.close(id, Reason.SIGNED_OUT));
      });
    }
  }

  @Override
  public int bodyLimit(final String method, final String path) {
    return MOST_BODY;
  }

  @Override
  public void handle(final Exchange exchange) {
    final var path = exchange.path();
    if (!path.startsWith(ROOT)) {
      answer(exchange, new Refusal(Reason.NOT_FOUND, ""));
      return;
    }
    guarded(
        exchange,
        () -> {
          if (!origins.settles(exchange) && !door.pollsAtOnce(exchange)) {
            workers.execute(() -> guarded(exchange, () -> routes.answer(exchange)));
          }
        });
  }

  /// Every request ends here, whatever happens on its way.
  private static void guarded(final Exchange exchange, final Runnable request) {
    try {
      request.run();
    } catch (Refusal refusal) {
      answer(exchange, refusal);
    } catch (RuntimeException fault) {
      log.error("{} failed", exchange, fault);
      answer(exchange, new Refusal(Reason.INTERNAL, ""));
    }
  }

  /// Every address below `/device/v1` with its methods.
  private DeviceRoutes routes() {
    return new DeviceRoutes()
        .on("POST", "installations", (exchange, _) -> register(exchange))
        .on("POST", "token", (exchange, _) -> rotate(exchange))
        .on("PATCH", "installation", (exchange, _) -> change(exchange))
        .on("PUT", "tokens", (exchange, _) -> setTokens(exchange))
        .on("POST", "challenges", (exchange, _) -> challenge(exchange))
        .on("POST", "state", (exchange, _) -> state(exchange))
        .on("POST", "receipts", (exchange, _) -> receipts(exchange))
        .on("POST", "sign-out", (exchange, _) -> signOut(exchange))
        .on("GET", "inbox", (exchange, _) -> inbox(exchange))
        .on("POST", "ack", (exchange, _) -> acknowledge(exchange))
        .on("POST", "tickets", (exchange, _) -> ticket(exchange))
        .on("GET", "poll", (exchange, _) -> door.poll(exchange, phone(exchange)))
        .on("GET", "live", (exchange, _) -> door.open(exchange, admission.phoneForLive(exchange)))
        .on(
            "GET",
            "protection",
            (exchange, _) -> exchange.answer(200, JSON, wishes.show(phone(exchange))))
        .on(
            "PUT",
            "protection",
            (exchange, _) ->
                exchange.answer(200, JSON, wishes.replace(phone(exchange), exchange.body())))
        .on(
            "PATCH",
            "protection",
            (exchange, _) ->
                exchange.answer(200, JSON, wishes.patch(phone(exchange), exchange.body())))
        .on("GET", "calls/{}", this::call)
        .on("POST", "calls/{}/answer", this::answerCall)
        .on("POST", "calls/{}/decline", this::declineCall)
        .on("POST", "conversations/{}/read", this::read)
        .on(
            "PUT",
            "conversations/{}/mute",
            (exchange, conversation) ->
                exchange.answer(
                    200, JSON, wishes.mute(phone(exchange), conversation, exchange.body())))
        .on(
            "DELETE",
            "conversations/{}/mute",
            (exchange, conversation) ->
                exchange.answer(200, JSON, wishes.unmute(phone(exchange), conversation)));
  }

  /// Every address with its methods.
  Map<String, Set<String>> addresses() {
    return routes.addresses();
  }

  // ---- requests -----------------------------------------------------------------------------

  private Phone phone(final Exchange exchange) {
    return admission.phone(exchange);
  }

  private static JsonObject body(final Exchange exchange) {
    return Json.object(exchange.body());
  }

  private void register(final Exchange exchange) {
    admission.registers(exchange);
    exchange.answer(201, JSON, registrations.register(body(exchange)));
  }

  private void rotate(final Exchange exchange) {
    exchange.answer(200, JSON, registrations.rotate(phone(exchange), Admission.token(exchange)));
  }

  private void change(final Exchange exchange) {
    registrations.change(phone(exchange), body(exchange));
    exchange.answer(Answer.empty(204));
  }

  private void setTokens(final Exchange exchange) {
    registrations.setTokens(phone(exchange), body(exchange));
    exchange.answer(Answer.empty(204));
  }

  private void challenge(final Exchange exchange) {
    exchange.answer(200, JSON, registrations.challenge(phone(exchange), body(exchange)));
  }

  private void signOut(final Exchange exchange) {
    registrations.signOut(phone(exchange), Admission.token(exchange));
    exchange.answer(Answer.empty(204));
  }

  private void state(final Exchange exchange) {
    final var phone = phone(exchange);
    final var request = body(exchange).only("state");
    final var state = request.value("state", AppState::of);
    final var word = request.text("state");
    live.channel(phone.id()).ifPresent(channel -> channel.run(() -> channel.state(state, word)));
    exchange.answer(Answer.empty(204));
  }

  private void receipts(final Exchange exchange) {
    final var phone = phone(exchange);
    final var marks = new EnumMap<Mark, Set<Long>>(Mark.class);
    for (final var receipt :
        body(exchange).only("receipts").objects("receipts", Inboxes.MOST_AT_ONCE)) {
      receipt.only("event", "mark");
      final var sequence = inboxes.sequences(List.of(receipt.text("event"))).getFirst();
      marks.computeIfAbsent(Inboxes.mark(receipt), _ -> new HashSet<>()).add(sequence);
    }
    final var all = new HashSet<Long>();
    marks.values().forEach(all::addAll);
    inboxes.checkOwn(phone, all);
    marks.forEach((mark, sequences) -> {
      if (mark != Mark.RECEIVED) {
        inboxes.mark(phone, mark, List.copyOf(sequences));
      }
    });
    received(phone, List.copyOf(marks.getOrDefault(Mark.RECEIVED, Set.of())));
    exchange.answer(Answer.empty(204));
  }

  /// What was told on the open channel makes room there; the rest was pushed, or told before.
  /// Returns when this, and what this request said before, is on disk.
  private void received(final Phone phone, final List<Long> sequences) {
    final var kept = new Durably();
    channel(phone)
        .ifPresentOrElse(
            channel ->
                channel.run(() ->
                    inboxes.mark(phone, Mark.RECEIVED, channel.acknowledgeEvents(sequences), kept)),
            () -> inboxes.mark(phone, Mark.RECEIVED, sequences, kept));
    inboxes.await(kept);
  }

  private Optional<LiveChannel> channel(final Phone phone) {
    return live.channel(phone.id()).filter(it -> it.user().equals(phone.user()));
  }

  private void acknowledge(final Exchange exchange) {
    final var phone = phone(exchange);
    final var request = body(exchange).only("upTo", "events");
    if (request.has("upTo") == request.has("events")) {
      throw new Refusal(Reason.MALFORMED, "give either upTo or events");
    }
    if (request.has("events")) {
      final var sequences = inboxes.sequences(request.texts("events", Inboxes.MOST_AT_ONCE));
      inboxes.checkOwn(phone, sequences);
      received(phone, sequences);
      exchange.answer(Answer.empty(204));
    } else {
      final var upTo = request.position("upTo");
      final var channel =
          channel(phone).orElseThrow(() -> new Refusal(Reason.LIVE_CLOSED, "no channel is open"));
      final var kept = new Durably();
      channel.run(() -> acknowledge(phone, channel, upTo, kept));
      inboxes.await(kept);
      exchange.answer(Answer.empty(204));
    }
  }

  /// The channel itself says what it knows to have arrived; an empty mark behind it tells when that
  /// is on disk.
  private void acknowledge(
      final Phone phone, final LiveChannel channel, final Position upTo, final Durably kept) {
    if (channel.isEnded() || !channel.hasTold(upTo)) {
      kept.refuse(
          new Refusal(
              Reason.LIVE_CLOSED,
              "upTo: this position was not told on the channel that is open now"));
      return;
    }
    channel.acknowledgeUpTo(upTo.sequence());
    inboxes.mark(phone, Mark.RECEIVED, List.of(), kept);
  }

  private void ticket(final Exchange exchange) {
    final var ticket = tickets.issue(phone(exchange).id());
    final var life = Tickets.LIFE.toString();
    exchange.answer(
        201,
        JSON,
        Json.answer(out -> {
          out.writeStartObject();
          out.writeStringField("ticket", ticket);
          out.writeStringField("for", life);
          out.writeEndObject();
        }));
  }

  private void inbox(final Exchange exchange) {
    final var phone = phone(exchange);
    final int most = LiveDoor.number(exchange, "most", 100, 1, Inboxes.MOST_AT_ONCE);
    exchange.answer(200, JSON, inboxes.page(phone, LiveDoor.position(exchange, "after"), most));
  }

  private void read(final Exchange exchange, final String conversation) {
    final var phone = phone(exchange);
    final var request = body(exchange).only("upTo");
    inboxes.read(phone, conversation(conversation), request.text("upTo"));
    exchange.answer(Answer.empty(204));
  }

  static ConversationId conversation(final String name) {
    try {
      return new ConversationId(name);
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reason.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  private void call(final Exchange exchange, final String call) {
    final var phone = phone(exchange);
    exchange.answer(
        200, JSON, Json.answer(calls.state(phone.user(), calls.view(phone, DeviceCalls.id(call)))));
  }

  private void answerCall(final Exchange exchange, final String call) {
    calls.answer(phone(exchange), DeviceCalls.id(call), told(exchange));
  }

  private void declineCall(final Exchange exchange, final String call) {
    final var phone = phone(exchange);
    final boolean everywhere =
        exchange.body().length == 0 || body(exchange).only("everywhere").flag("everywhere", true);
    calls.decline(phone, DeviceCalls.id(call), everywhere, told(exchange));
  }

  private static Consumer<DeviceCalls.Result> told(final Exchange exchange) {
    return result ->
        guarded(
            exchange,
            () -> {
              if (result.why().isPresent()) {
                exchange.answer(
                    problem(result.why().get(), result.detail(), Duration.ZERO, result.state()));
              } else {
                exchange.answer(200, JSON, result.state().map(Json::write).orElse(new byte[0]));
              }
            });
  }

  // ---- answers ------------------------------------------------------------------------------

  private static void answer(final Exchange exchange, final Refusal refusal) {
    exchange.answer(problem(refusal));
  }

  static Answer problem(final Refusal refusal) {
    return problem(refusal.why(), refusal.detail(), refusal.retryAfter(), Optional.empty());
  }

  private static Answer problem(
      final Reason why,
      final String detail,
      final Duration retryAfter,
      final Optional<Json.Writing> call) {
    final int status = Refusal.status(why);
    final var body =
        Json.answer(out -> {
          out.writeStartObject();
          out.writeStringField("type", "/v1/reasons/" + why.code());
          out.writeStringField("title", why.sentence());
          out.writeNumberField("status", status);
          if (!detail.isEmpty()) {
            out.writeStringField("detail", detail);
          }
          out.writeStringField("code", why.code());
          if (!why.remedy().isEmpty()) {
            out.writeStringField("remedy", why.remedy());
          }
          if (retryAfter.isPositive()) {
            out.writeNumberField("retryAfter", retryAfter.toSeconds());
          }
          if (call.isPresent()) {
            out.writeFieldName("call");
            call.get().to(out);
          }
          out.writeEndObject();
        });
    final var type = "application/problem+json";
    if (why == Reason.METHOD_NOT_ALLOWED) {
      return Answer.of(status, type, body, "Allow", detail);
    }
    if (status == 401) {
      return Answer.of(status, type, body, "WWW-Authenticate", "Bearer");
    }
    return retryAfter.isPositive()
        ? Answer.of(status, type, body, "Retry-After", Long.toString(retryAfter.toSeconds()))
        : Answer.of(status, type, body);
  }

  @Override
  public void close() {
    workers.shutdown();
  }
}

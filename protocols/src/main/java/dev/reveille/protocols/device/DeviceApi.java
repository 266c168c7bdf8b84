package dev.reveille.protocols.device;

import dev.reveille.http.Faults;
import dev.reveille.http.routes.PathTable;
import dev.reveille.http.server.BodyHead;
import dev.reveille.http.server.BodyOwner;
import dev.reveille.http.server.BodyRule;
import dev.reveille.http.server.Exchange;
import dev.reveille.http.server.HttpHandler;
import dev.reveille.http.server.Problems;
import dev.reveille.live.LiveChannel;
import dev.reveille.live.LiveChannels;
import dev.reveille.model.App;
import dev.reveille.model.AppState;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.answers.Query;
import dev.reveille.protocols.answers.Routes;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.Routing;
import dev.reveille.routing.port.Administration;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Registry.Change;
import dev.reveille.routing.port.StoreException;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The HTTP handler of the device listener: everything below `/device/v1`.
///
/// ```java
/// var live = new LiveChannels(storage.inbox(), clock, LiveSettings.DEFAULT);
/// var routing = new Routing(stores, directory, live, senders, options, clock);
/// var devices = new DeviceApi(routing, stores.administration(), live, DeviceSettings.DEFAULT,
///     AddressUrls.PUBLIC);
/// var listener = HttpListener.open(settings, loops, devices);
/// …
/// live.drain(spread);   // before the listener closes: phones are told when to come back
/// devices.close();
/// ```
///
/// What may block runs on a virtual thread per request; a held poll, event stream or WebSocket is a
/// [dev.reveille.live.LiveChannel] and no thread, and a poll of a phone that memory knows has none
/// on its way there either.
public final class DeviceApi implements HttpHandler, AutoCloseable {
  private static final Faults FAULTS = new Faults(LoggerFactory.getLogger(DeviceApi.class));

  private static final String ROOT = "/device/v1/";
  private static final BodyRule BODY = BodyRule.whole(64 * 1024);

  /// A device that registers has no token yet.
  private static final String REGISTRATION = ROOT + "installations";

  private static final BodyRule OF_STRANGERS = BodyRule.whole(BodyRule.UNASKED);

  /// Answers a request; may block.
  @FunctionalInterface
  private interface Action {
    /// @param name what stands at the open place of the address; "" when there is none
    void answer(Exchange exchange, String name);
  }

  private final LiveChannels live;
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("device-", 0).factory());
  private final Registrations registrations;
  private final DeviceCalls calls;
  private final DeviceInbox inboxes;
  private final Origins origins;
  private final Tickets tickets;
  private final DeviceAdmission admission;
  private final LiveEndpoint endpoint;
  private final DeviceProtection wishes;
  private final Routes<Action> routes = new Routes<>(PathTable.Rules.EXACT, BODY);
  private final Registry registry;

  public DeviceApi(
      final Routing routing,
      final Administration kept,
      final LiveChannels live,
      final DeviceSettings settings,
      final AddressUrls urls) {
    this(routing, kept, live, settings, urls, _ -> {}, DurableResponse.PATIENCE);
  }

  /// @param binding told an app of which a device registers a handle for a linked hub
  public DeviceApi(
      final Routing routing,
      final Administration kept,
      final LiveChannels live,
      final DeviceSettings settings,
      final AddressUrls urls,
      final Consumer<App> binding) {
    this(routing, kept, live, settings, urls, binding, DurableResponse.PATIENCE);
  }

  DeviceApi(
      final Routing routing,
      final Administration kept,
      final LiveChannels live,
      final DeviceSettings settings,
      final AddressUrls urls,
      final Consumer<App> binding,
      final Duration patience) {
    this.registry = kept.registry();
    final var secrets = kept.secrets();
    this.live = live;
    final var frames = new DeviceFrames(routing.records().ids(), live.heartbeat());
    final var tokens = new DeviceTokens(secrets, registry, routing.clock());
    this.origins = new Origins(settings.origins());
    this.tickets = new Tickets(routing.clock());
    this.admission = new DeviceAdmission(tokens, tickets, settings);
    final var challenges =
        new Challenges(routing.sends(), routing.records().ids(), routing.clock());
    final var pushTokens = new PushTokens(registry, tokens, challenges, urls);
    this.registrations =
        new Registrations(
            routing,
            registry,
            secrets,
            tokens,
            pushTokens,
            new PnsHandles(routing.directory(), binding),
            live,
            settings);
    this.inboxes = new DeviceInbox(routing, frames, patience);
    this.calls = new DeviceCalls(routing, frames, inboxes, workers);
    this.wishes = new DeviceProtection(registry, routing.clock());
    final var context =
        new ChannelContext(
            routing, frames, new PollAnswers(), tokens, calls, inboxes, settings, workers);
    this.endpoint = new LiveEndpoint(context, live, admission, settings);
    fillRoutes();
    registry.onChange(this::changed);
  }

  /// Who is signed out or removed, by whatever side, loses all channels too, also those whose phone
  /// has not introduced itself.
  private void changed(final Change change) {
    if (change instanceof Change.InstallationChanged(var id, _) && !live.all(id).isEmpty()) {
      workers.execute(() -> {
        final var installation = registry.installation(id);
        for (final var channel : live.all(id)) {
          if (installation.filter(it -> it.users().contains(channel.user())).isEmpty()) {
            channel.run(() -> channel.end(Reason.SIGNED_OUT));
          }
        }
      });
    }
  }

  @Override
  public BodyRule bodyRule(final String method, final String path) {
    return path.equals(REGISTRATION) ? OF_STRANGERS : BODY;
  }

  @Override
  public @Nullable BodyOwner bodyOwner(final BodyHead head) {
    return head.path().equals(REGISTRATION) ? BodyOwner.STRANGER : admission.bodyOwner(head);
  }

  @Override
  public BodyOwner lookUp(final BodyHead head) {
    try {
      return admission.lookUp(head);
    } catch (StoreException failed) {
      FAULTS.failed(failed, "the token of {} cannot be looked up", head);
      return new BodyOwner.Refused(Answers.storeFailed());
    }
  }

  @Override
  public Problems problems() {
    return Answers::ofListener;
  }

  @Override
  public void handle(final Exchange exchange) {
    guarded(
        exchange,
        () -> {
          if (!exchange.path().startsWith(ROOT)) {
            throw Routes.notFound(exchange);
          }
          if (!origins.settles(exchange) && !endpoint.pollsAtOnce(exchange)) {
            workers.execute(() -> guarded(exchange, () -> find(exchange)));
          }
        });
  }

  private void find(final Exchange exchange) {
    final var found = routes.find(exchange);
    if (found != null) {
      found.action().answer(exchange, found.values().isEmpty() ? "" : found.values().getFirst());
    }
  }

  /// Runs a request; a fault in it becomes an answer.
  static void guarded(final Exchange exchange, final Runnable request) {
    try {
      request.run();
    } catch (Refusal refusal) {
      exchange.answer(Answers.problem(refusal));
    } catch (StoreException failed) {
      FAULTS.failed(failed, "{} failed", exchange);
      exchange.answer(Answers.storeFailed());
    } catch (RuntimeException | Error fault) {
      FAULTS.failed(fault, "{} failed", exchange);
      exchange.answer(Answers.problem(Reason.INTERNAL, ""));
    }
  }

  private void fillRoutes() {
    on("POST", "installations", (exchange, _) -> register(exchange));
    on("POST", "token", (exchange, _) -> rotate(exchange));
    on("PATCH", "installation", (exchange, _) -> change(exchange));
    on("PUT", "tokens", (exchange, _) -> setTokens(exchange));
    on("POST", "challenges", (exchange, _) -> challenge(exchange));
    on("POST", "state", (exchange, _) -> state(exchange));
    on("POST", "receipts", (exchange, _) -> receipts(exchange));
    on("POST", "sign-out", (exchange, _) -> signOut(exchange));
    on("GET", "inbox", (exchange, _) -> inbox(exchange), "after", "most");
    on("POST", "ack", (exchange, _) -> acknowledge(exchange));
    on("POST", "tickets", (exchange, _) -> ticket(exchange));
    on(
        "GET",
        "poll",
        (exchange, _) -> endpoint.poll(exchange, phone(exchange)),
        LiveEndpoint.POLL_QUERY.toArray(String[]::new));
    on(
        "GET",
        "live",
        (exchange, _) -> endpoint.open(exchange, admission.phoneForLive(exchange)),
        "ticket",
        "cursor",
        "state",
        "ringing");
    routes.withoutHead(ROOT + "poll").withoutHead(ROOT + "live");
    on("GET", "protection", (exchange, _) -> json(exchange, wishes.show(phone(exchange))));
    on(
        "PUT",
        "protection",
        (exchange, _) -> json(exchange, wishes.replace(phone(exchange), exchange.body())));
    on(
        "PATCH",
        "protection",
        (exchange, _) -> json(exchange, wishes.patch(phone(exchange), exchange.body())));
    on("GET", "calls/{}", this::call);
    on("POST", "calls/{}/answer", this::answerCall);
    on("POST", "calls/{}/decline", this::declineCall);
    on("POST", "conversations/{}/read", this::read);
    on(
        "PUT",
        "conversations/{}/mute",
        (exchange, conversation) ->
            json(exchange, wishes.mute(phone(exchange), conversation, exchange.body())));
    on(
        "DELETE",
        "conversations/{}/mute",
        (exchange, conversation) -> json(exchange, wishes.unmute(phone(exchange), conversation)));
  }

  /// @param query the names of all query parameters that it takes
  private void on(
      final String method, final String address, final Action action, final String... query) {
    routes.on(method, ROOT + address, action, query);
  }

  private static void json(final Exchange exchange, final byte[] body) {
    exchange.answer(200, Answers.JSON, body);
  }

  /// The query parameters of every address that takes some.
  Map<String, Set<String>> parameters() {
    return routes.parameters();
  }

  /// Every address with its methods.
  Map<String, Set<String>> addresses() {
    return routes.addresses();
  }

  // ---- requests -----------------------------------------------------------------------------

  private Phone phone(final Exchange exchange) {
    return admission.phone(exchange);
  }

  private static JsonBody body(final Exchange exchange, final String... known) {
    return JsonBody.of(exchange.body(), known);
  }

  private void register(final Exchange exchange) {
    admission.registers(exchange);
    exchange.answer(registrations.register(JsonBody.open(exchange.body())));
  }

  private void rotate(final Exchange exchange) {
    exchange.answer(registrations.rotate(phone(exchange), DeviceAdmission.token(exchange)));
  }

  private void change(final Exchange exchange) {
    registrations.change(phone(exchange), JsonBody.open(exchange.body()));
    exchange.answer(Answers.NO_CONTENT);
  }

  private void setTokens(final Exchange exchange) {
    registrations.setTokens(phone(exchange), JsonBody.open(exchange.body()));
    exchange.answer(Answers.NO_CONTENT);
  }

  private void challenge(final Exchange exchange) {
    exchange.answer(registrations.challenge(phone(exchange), JsonBody.open(exchange.body())));
  }

  private void signOut(final Exchange exchange) {
    registrations.signOut(phone(exchange), DeviceAdmission.token(exchange));
    exchange.answer(Answers.NO_CONTENT);
  }

  private void state(final Exchange exchange) {
    final var phone = phone(exchange);
    final var request = body(exchange, "state");
    final var state = request.value("state", AppState::of);
    final var word = request.required("state");
    live.channel(phone.id()).ifPresent(channel -> channel.run(() -> channel.state(state, word)));
    exchange.answer(Answers.NO_CONTENT);
  }

  private void receipts(final Exchange exchange) {
    final var phone = phone(exchange);
    final var marks = new EnumMap<Mark, Set<Long>>(Mark.class);
    for (final var receipt :
        body(exchange, "receipts").objects("receipts", DeviceInbox.MOST_AT_ONCE, "event", "mark")) {
      final var sequence = inboxes.sequences(List.of(receipt.required("event"))).getFirst();
      marks.computeIfAbsent(DeviceInbox.mark(receipt), _ -> new HashSet<>()).add(sequence);
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
    exchange.answer(Answers.NO_CONTENT);
  }

  /// What was told on the open channel makes room there; the rest was pushed, or told before.
  /// Returns when this, and what this request said before, is on disk.
  private void received(final Phone phone, final List<Long> sequences) {
    final var kept = new DurableResponse();
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
    final var request = body(exchange, "upTo", "events");
    if (request.has("upTo") == request.has("events")) {
      throw new Refusal(Reason.MALFORMED, "give either upTo or events");
    }
    if (request.has("events")) {
      final var sequences = inboxes.sequences(request.texts("events", DeviceInbox.MOST_AT_ONCE));
      inboxes.checkOwn(phone, sequences);
      received(phone, sequences);
      exchange.answer(Answers.NO_CONTENT);
    } else {
      final var upTo = request.value("upTo", Position::of);
      final var channel =
          channel(phone).orElseThrow(() -> new Refusal(Reason.LIVE_CLOSED, "no channel is open"));
      final var kept = new DurableResponse();
      channel.run(() -> acknowledge(phone, channel, upTo, kept));
      inboxes.await(kept);
      exchange.answer(Answers.NO_CONTENT);
    }
  }

  /// The channel itself says what it knows to have arrived; an empty mark behind it tells when that
  /// is on disk.
  private void acknowledge(
      final Phone phone,
      final LiveChannel channel,
      final Position upTo,
      final DurableResponse kept) {
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
    final var phone = phone(exchange);
    final var ticket = tickets.issue(phone.id(), phone.user());
    exchange.answer(
        Answers.json(201, out -> out.text("ticket", ticket).text("for", Tickets.LIFE.toString())));
  }

  private void inbox(final Exchange exchange) {
    final var phone = phone(exchange);
    final int most = Query.number(exchange, "most", 100, 1, DeviceInbox.MOST_AT_ONCE);
    final var page = inboxes.page(phone, Query.position(exchange, "after"), most);
    admission.hasRead(phone, page.length);
    json(exchange, page);
  }

  private void read(final Exchange exchange, final String conversation) {
    final var phone = phone(exchange);
    final var request = body(exchange, "upTo");
    inboxes.read(phone, conversation(conversation), request.required("upTo"));
    exchange.answer(Answers.NO_CONTENT);
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
    final var view = calls.view(phone, DeviceCalls.id(call));
    json(exchange, JsonParsers.answer(calls.state(phone.user(), view)));
  }

  private void answerCall(final Exchange exchange, final String call) {
    calls.answer(phone(exchange), DeviceCalls.id(call), told(exchange));
  }

  private void declineCall(final Exchange exchange, final String call) {
    final var phone = phone(exchange);
    final boolean everywhere =
        exchange.body().length == 0 || body(exchange, "everywhere").flag("everywhere").orElse(true);
    calls.decline(phone, DeviceCalls.id(call), everywhere, told(exchange));
  }

  private static Consumer<DeviceCalls.Result> told(final Exchange exchange) {
    return result ->
        guarded(
            exchange,
            () -> {
              final var state = result.state();
              if (result.why().isPresent()) {
                throw new Refusal(result.why().get(), result.detail())
                    .with(out -> state.ifPresent(call -> out.value("call", call)));
              }
              json(exchange, state.map(JsonParsers::answer).orElse(new byte[0]));
            });
  }

  @Override
  public void close() {
    workers.shutdown();
  }
}

package dev.reveille.protocols.device;

import dev.reveille.http.server.Exchange;
import dev.reveille.http.websocket.WebSocketLimits;
import dev.reveille.http.websocket.WebSockets;
import dev.reveille.live.LiveChannels;
import dev.reveille.model.AppState;
import dev.reveille.model.CallId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Query;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import dev.reveille.protocols.json.Refusal;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Opens live channels for phones: WebSocket or event stream at `/device/v1/live`, long polling at
/// `/device/v1/poll`.
final class LiveEndpoint {
  private static final WebSockets SOCKETS =
      new WebSockets(WebSockets.SUBPROTOCOL, WebSocketLimits.defaults());

  static final Set<String> POLL_QUERY = Set.of("cursor", "wait", "state", "ringing");

  private final ChannelContext context;
  private final LiveChannels live;
  private final DeviceAdmission admission;
  private final DeviceSettings settings;

  LiveEndpoint(
      final ChannelContext context,
      final LiveChannels live,
      final DeviceAdmission admission,
      final DeviceSettings settings) {
    this.context = context;
    this.live = live;
    this.admission = admission;
    this.settings = settings;
  }

  /// `GET /device/v1/live`.
  void open(final Exchange exchange, final Phone phone) {
    if (wantsEvents(exchange)) {
      stream(exchange, phone);
    } else {
      final var _ = SOCKETS.upgrade(exchange, new PhoneFrames(context, live, phone));
    }
  }

  private static boolean wantsEvents(final Exchange exchange) {
    return !WebSockets.isAsked(exchange)
        && exchange.headers("accept").stream()
            .anyMatch(accept -> accept.toLowerCase(Locale.ROOT).contains("text/event-stream"));
  }

  /// A browser that comes back by itself asks as it did at first, and tells the last id it saw.
  private void stream(final Exchange exchange, final Phone phone) {
    final var last = exchange.header("last-event-id").filter(id -> !id.isEmpty());
    final var cursor =
        last.isPresent()
            ? Query.position("Last-Event-ID", last.get())
            : Query.position(exchange, "cursor").orElse(null);
    final var word = state(exchange).orElse("suspended");
    final var knows = ringing(exchange).orElse(Set.of());
    final var channel = new DeviceStream(context, live, exchange, phone);
    channel.open(exchange, cursor, AppState.of(word), word, knows);
  }

  /// Takes a poll of a phone that memory knows, on the loop of its connection; false for anything
  /// else. Such a request waits for nothing: after an event for all, all phones come back at once,
  /// and a thread for each would cost more than what it does.
  boolean pollsAtOnce(final Exchange exchange) {
    if (!exchange.path().equals(Registrations.POLL) || !exchange.method().equals("GET")) {
      return false;
    }
    Query.check(exchange, POLL_QUERY);
    final var phone = admission.phoneAtHand(exchange);
    phone.ifPresent(known -> poll(exchange, known, true));
    return phone.isPresent();
  }

  /// `GET /device/v1/poll`. A new channel has the loop of its first connection: as long as the
  /// phone keeps that one, no answer has to wait for another loop.
  void poll(final Exchange exchange, final Phone phone) {
    poll(exchange, phone, false);
  }

  /// @param onLoop whether this is the loop of the connection
  private void poll(final Exchange exchange, final Phone phone, final boolean onLoop) {
    final var cursor = Query.position(exchange, "cursor").orElse(null);
    final var wait =
        Duration.ofSeconds(
            Query.number(exchange, "wait", 55, 0, (int) settings.longestPoll().toSeconds()));
    final var state = state(exchange).orElse(null);
    final var knows = ringing(exchange).orElse(null);
    final var channel =
        live.channel(phone.id())
            .filter(DevicePoll.class::isInstance)
            .map(DevicePoll.class::cast)
            .filter(it -> it.user().equals(phone.user()))
            .orElseGet(() -> new DevicePoll(context, live, exchange.executor(), phone));
    if (onLoop && channel.isOn(exchange.executor())) {
      channel.poll(exchange, cursor, wait, state, knows);
    } else {
      channel.run(() -> channel.poll(exchange, cursor, wait, state, knows));
    }
  }

  private static Optional<String> state(final Exchange exchange) {
    final var word = exchange.query("state");
    try {
      word.ifPresent(AppState::of);
      return word;
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reason.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  private static Optional<Set<CallId>> ringing(final Exchange exchange) {
    return exchange
        .query("ringing")
        .map(list -> {
          final Set<CallId> calls = new HashSet<>();
          for (final var call : list.split(",")) {
            if (!call.isEmpty()) {
              calls.add(DeviceCalls.id(call));
            }
          }
          return calls;
        });
  }
}

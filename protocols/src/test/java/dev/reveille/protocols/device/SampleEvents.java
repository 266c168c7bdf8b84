package dev.reveille.protocols.device;

import dev.reveille.model.CallId;
import dev.reveille.model.Caller;
import dev.reveille.model.Content;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.EventKey;
import dev.reveille.model.FolderId;
import dev.reveille.model.Life;
import dev.reveille.model.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/// Events of now, each with a key of its own.
final class SampleEvents {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private SampleEvents() {}

  private static EventKey key() {
    return new EventKey(DeviceServer.ACME, "test", "e" + NUMBERS.incrementAndGet());
  }

  private static Life life(final Duration alert) {
    final var now = Instant.now();
    return new Life(now.plus(alert), now.plus(Duration.ofDays(7)));
  }

  static Event.Message message(final String text, final UserId... to) {
    return new Event.Message(
        key(),
        List.of(to),
        "chat",
        new ConversationId("team"),
        new Content("Bob", text, Map.of("n", "1")),
        life(Duration.ofHours(1)));
  }

  /// One that fills sockets; its number stands in its data.
  static Event.Message large(final int number, final UserId... to) {
    return new Event.Message(
        key(),
        List.of(to),
        "chat",
        new ConversationId("team"),
        new Content("Bob", "x".repeat(40_000), Map.of("number", Integer.toString(number))),
        life(Duration.ofHours(1)));
  }

  static Event.IncomingCall call(final Duration ringing, final UserId... to) {
    return call(new CallId(UUID.randomUUID()), ringing, to);
  }

  static Event.IncomingCall call(final CallId call, final Duration ringing, final UserId... to) {
    final var until = Instant.now().plus(ringing);
    return new Event.IncomingCall(
        key(),
        List.of(to),
        "call",
        call,
        new Caller("Carol", "sip:carol@example.org"),
        false,
        new Life(until, until));
  }

  static Event.ChangeHint change(final String folder, final UserId... to) {
    return new Event.ChangeHint(
        key(), List.of(to), "mail", Set.of(new FolderId(folder)), life(Duration.ofHours(1)));
  }

  static Event.Other silent(final UserId... to) {
    return new Event.Other(
        key(),
        List.of(to),
        "refresh",
        EventClass.SILENT,
        "",
        Content.EMPTY,
        life(Duration.ofHours(1)));
  }
}

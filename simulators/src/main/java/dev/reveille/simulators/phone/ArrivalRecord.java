package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.phone.Arrival.Kind;
import dev.reveille.simulators.phone.Arrival.Way;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// The record of everything that reached a phone, in the order in which it came. Entries are added
/// and never changed or removed, and nothing is folded: what the phone made of it ([CallLedger]) is
/// computed beside it, and a verdict about the server is computed from here.
///
/// Thread-safe, by its own lock.
public final class ArrivalRecord {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String phone;
  private final Consumer<Arrival> listener;
  private final List<Arrival> all = new ArrayList<>();
  private final Set<String> over = new HashSet<>();

  /// @param listener is told of each arrival after it was written down
  ArrivalRecord(final String phone, final Consumer<Arrival> listener) {
    this.phone = phone;
    this.listener = listener;
  }

  public synchronized List<Arrival> all() {
    return List.copyOf(all);
  }

  /// A frame of the live channel; one that tells of no event is not written down.
  void frame(final JsonNode frame, final int channel, final Instant at) {
    final Kind kind;
    switch (frame.path("frame").asText()) {
      case "call" -> kind = Kind.RING;
      case "call-over" -> kind = Kind.END;
      case "entry" -> kind = Kind.MESSAGE;
      case "change" -> kind = Kind.CHANGE;
      default -> {
        return;
      }
    }
    final var way = frame.path("state").asBoolean() ? Way.STATE : Way.FRAME;
    add(at, way, channel, kind, "", frame.at("/content/text").asText(""), frame, frame);
  }

  /// A push, as the simulated service passed it on.
  void push(final JsonNode push, final Instant at) {
    final var envelope = PushedEnvelope.tolerantly(push);
    final Kind kind;
    if (envelope.rings() && envelope.voip()) {
      kind = Kind.RING;
    } else if (!envelope.how().isEmpty()) {
      kind = Kind.END;
    } else {
      kind = envelope.shows() ? Kind.ALERT : Kind.SILENT;
    }
    final var told =
        JSON.createObjectNode().put("event", envelope.event()).put("call", envelope.call());
    add(at, Way.PUSH, 0, kind, PushedEnvelope.platformId(push), envelope.text(), told, push);
  }

  /// The server's answer that a call is over.
  void end(final String call, final JsonNode answer, final Instant at) {
    add(at, Way.POLL, 0, Kind.END, "", "", JSON.createObjectNode().put("call", call), answer);
  }

  private void add(
      final Instant at,
      final Way way,
      final int channel,
      final Kind kind,
      final String platformId,
      final String text,
      final JsonNode told,
      final JsonNode raw) {
    final var event = told.path("event").asText("");
    final var call = told.path("call").isTextual() ? told.path("call").asText() : "";
    final Arrival arrival;
    synchronized (this) {
      final boolean afterEnd = over.contains(call);
      arrival =
          new Arrival(
              all.size() + 1L,
              phone,
              at,
              way,
              channel,
              kind,
              platformId,
              event,
              call,
              text,
              afterEnd,
              raw.deepCopy());
      all.add(arrival);
      if (kind == Kind.END && !call.isEmpty()) {
        over.add(call);
      }
    }
    listener.accept(arrival);
  }
}

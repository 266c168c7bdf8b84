package dev.reveille.protocols.device;

import dev.reveille.model.ConversationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.Routing;
import dev.reveille.routing.port.BoundedPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Lets phones read their user's inbox and report what became of its entries. Methods may block on
/// the disk.
final class DeviceInbox {
  private static final Duration UNTIL_THERE_IS_ROOM = Duration.ofSeconds(60);

  static final int MOST_AT_ONCE = 500;

  private final Routing routing;
  private final DeviceFrames frames;
  private final Duration patience;

  /// @param patience how long a request waits for the store's commit
  DeviceInbox(final Routing routing, final DeviceFrames frames, final Duration patience) {
    this.routing = routing;
    this.frames = frames;
    this.patience = patience;
  }

  /// `GET /device/v1/inbox`.
  ///
  /// @param after absent for where this device acknowledged last
  byte[] page(final Phone phone, final Optional<Position> after, final int most) {
    final var inbox = routing.inboxes();
    final var from = after.orElseGet(() -> inbox.cursor(phone.user(), phone.id()));
    final var page =
        BoundedPage.read(
            (at, some) -> inbox.after(phone.user(), at, some),
            from,
            most,
            JsonParsers.LARGEST_PAGE,
            entry -> frames.entry(entry, true),
            frame -> frame.length);
    final int unread = inbox.unread(phone.user());
    return JsonParsers.answer(out -> {
      out.writeStartObject();
      out.writeArrayFieldStart("entries");
      for (final var entry : page.entries()) {
        JsonParsers.raw(out, entry);
      }
      out.writeEndArray();
      out.writeStringField("upTo", page.upTo().toString());
      out.writeBooleanField("gap", page.gap());
      out.writeBooleanField("more", page.more());
      out.writeNumberField("unread", unread);
      out.writeEndObject();
    });
  }

  static Mark mark(final JsonBody request) {
    final var word = request.required("mark");
    for (final var mark : Mark.values()) {
      if (mark.word().equals(word)) {
        return mark;
      }
    }
    throw request.wrong("mark", "must be received, shown, read or dismissed");
  }

  /// The sequence that an event's public id names; empty for an id of another store.
  Optional<Long> sequence(final String event) {
    try {
      return routing.records().ids().sequence(event);
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reason.MALFORMED, "an event's id reads EPOCH-SEQUENCE");
    }
  }

  List<Long> sequences(final List<String> events) {
    final var sequences = new ArrayList<Long>(events.size());
    for (final var event : events) {
      sequences.add(sequence(event).orElseThrow(() -> new Refusal(Reason.NOT_FOUND, event)));
    }
    return sequences;
  }

  /// Refuses when one of the events is not there or is another user's: which of both is not told.
  void checkOwn(final Phone phone, final Collection<Long> sequences) {
    for (final long sequence : sequences) {
      final var stored = routing.records().event(sequence);
      if (stored.filter(it -> it.event().recipients().contains(phone.user())).isEmpty()) {
        throw new Refusal(Reason.NOT_FOUND, "event " + routing.records().ids().of(sequence));
      }
    }
  }

  /// Says what became of events that were checked, for a frame without an answer.
  void mark(final Phone phone, final Mark mark, final List<Long> sequences) {
    if (!sequences.isEmpty()) {
      routing.inboxes().mark(phone.user(), phone.id(), mark, sequences);
    }
  }

  /// The same for a request that is answered.
  ///
  /// @param kept told when this and all that was said before is on disk
  void mark(final Phone phone, final Mark mark, final List<Long> sequences, final Runnable kept) {
    routing.inboxes().mark(phone.user(), phone.id(), mark, sequences, kept);
  }

  /// @throws Refusal when the store does not commit in time
  void await(final DurableResponse kept) {
    kept.await(patience);
  }

  /// The user has read a conversation up to an event, on whatever device. Returns when this is on
  /// disk.
  void read(final Phone phone, final ConversationId conversation, final String event) {
    final long sequence = sequence(event).orElseThrow(() -> new Refusal(Reason.NOT_FOUND, event));
    if (!routing.records().reach(sequence)) {
      throw new Refusal(Reason.NOT_FOUND, event);
    }
    if (routing.roomLeft() <= 0 && routing.inboxes().isNews(phone.user(), conversation, sequence)) {
      throw new Refusal(Reason.DISK_LOW, "nothing is noted", UNTIL_THERE_IS_ROOM);
    }
    final var kept = new DurableResponse();
    routing.inboxes().read(phone.user(), conversation, sequence, kept);
    await(kept);
  }
}

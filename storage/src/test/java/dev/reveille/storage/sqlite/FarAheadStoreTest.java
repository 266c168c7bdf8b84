package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience;
import dev.reveille.model.Content;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.SendLog.Progress;
import dev.reveille.routing.port.SendLog.State;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.OfTarget;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Sends for days after the one in which they were accepted, with a store that keeps one day.
final class FarAheadStoreTest {
  private static final Instant MOMENT = Samples.NOW.plus(Duration.ofDays(7));
  private static final String SAID = "The merger is off the table";
  private static final StoreSettings ONE_DAY = SqliteUnderTest.SETTINGS.withRetentionDays(1);

  @RegisterExtension private final SqliteUnderTest store = new SqliteUnderTest();

  private StoredJob stored = new StoredJob(1, Samples.NOW, send("none"));

  private static Send send(final String id) {
    final var like = Samples.send(id, new Audience.Addresses(List.of(Samples.address(1))), MOMENT);
    return new Send(
        like.key(),
        like.life(),
        like.lane(),
        like.notBefore(),
        like.to(),
        new SendContent.Neutral(EventClass.ALERT, "news", "", new Content(SAID, "", Map.of())));
  }

  private static Waiting row(final long send) {
    return Waiting.byCalendar(MOMENT, send, TargetKey.WHOLE, Lane.BULK, Reason.SEND_SCHEDULED);
  }

  /// A send is scheduled, and its day goes.
  @BeforeEach
  void a_week_passes() {
    again();
    stored = store.keep(send("far"));
    store.note(
        new Note.Parked(row(stored.sequence())),
        new Note.Advanced(stored.sequence(), 0, 0, State.SCHEDULED));
    for (int day = 1; day <= 7; day++) {
      pass(day);
      assertEquals(Optional.of(stored), store.journal().find(stored.sequence()));
    }
    assertFalse(Files.exists(day("2026-11-21")), "its day is gone");
    assertEquals(Optional.of(State.SCHEDULED), state());
  }

  private void again() {
    store.sqlite().close();
    store.open(ONE_DAY);
  }

  private Path day(final String date) {
    return store.directory().resolve("days").resolve(date + ".journal.db");
  }

  private void pass(final int day) {
    store.clock().advance(Duration.ofDays(1));
    final var _ = store.keep(Samples.message("of day " + day));
    store.project();
    store.sqlite().maintain();
  }

  private Optional<State> state() {
    return store.sends().progress(stored.sequence()).map(Progress::state);
  }

  private OfTarget line(final Outcome outcome, final boolean settled) {
    final var one = new Try("push", 1, MOMENT, outcome, Reason.HANDED_TO_PLATFORM, "receipt");
    return new OfTarget(1, Samples.address(1).key(), "apns", List.of(one), settled, !settled);
  }

  private boolean isSaidAnywhere() throws IOException {
    try (Stream<Path> files = Files.walk(store.directory())) {
      for (final Path file : files.filter(Files::isRegularFile).toList()) {
        final var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (text.contains(SAID)) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void it_leaves_at_its_moment_and_its_trail_is_told() {
    again();
    final long send = stored.sequence();
    assertEquals(List.of(row(send)), store.waiting().claimByCalendar(MOMENT, 10));
    store.note(new Note.Advanced(send, 0, 0, State.GOES_ON), new Note.Unparked(row(send).key()));
    store.project();
    again();
    assertEquals(
        List.of(new SendLog.Unfinished(stored, 0, 0, java.util.Set.of())),
        store.sends().unfinished());
    final var first = new TrailEntry.Targets(send, MOMENT, List.of(line(Outcome.LEAVES, false)));
    final var second =
        new TrailEntry.Targets(send, MOMENT, List.of(line(Outcome.HANDED_OVER, true)));
    store.note(new Note.TrailLine(first));
    store.project();
    pass(8); // the day changes while it goes on
    store.note(new Note.TrailLine(second), new Note.Advanced(send, 1, 1, State.OVER));
    for (int round = 0; round < 3; round++) {
      assertEquals(List.of(first, second), store.trail().of(send));
      store.project();
      if (round == 1) {
        again();
      }
    }
    assertEquals(
        Optional.of(new Progress(State.OVER, 1, 1, Map.of("handed-over", 1L))),
        store.sends().progress(send));
    assertEquals(
        Optional.of(SendLog.withoutContent(stored)), store.journal().find(send), "content");
    pass(9);
    assertEquals(Optional.empty(), store.sends().progress(send), "two days after it began");
    assertEquals(Optional.empty(), store.journal().find(send));
    assertEquals(List.of(), store.trail().of(send));
  }

  @Test
  void its_content_stays_while_a_target_waits_as_a_row() {
    final long send = stored.sequence();
    final var late =
        Waiting.until(
            MOMENT.plusSeconds(60),
            send,
            Samples.address(1).key(),
            Lane.BULK,
            1,
            MOMENT.plusSeconds(600),
            Reason.SERVICE_BUSY);
    store.note(
        new Note.Unparked(row(send).key()),
        new Note.Parked(late),
        new Note.Advanced(send, 1, 1, State.OVER));
    for (int round = 0; round < 3; round++) {
      store.project();
      assertEquals(Optional.of(stored), store.journal().find(send));
      assertEquals(store.sends().size((Send) stored.job()), store.sends().bytesFarAhead());
      if (round == 1) {
        again();
      }
    }
    store.note(new Note.Unparked(late.key()));
    store.project();
    assertEquals(Optional.of(SendLog.withoutContent(stored)), store.journal().find(send));
    assertEquals(0, store.sends().bytesFarAhead());
  }

  @Test
  void a_cancel_takes_its_content_out_of_all_files() throws IOException {
    assertTrue(isSaidAnywhere(), "the look at the files would find it");
    store.note(
        new Note.Unparked(row(stored.sequence()).key()),
        new Note.Advanced(stored.sequence(), 0, 0, State.CANCELLED));
    assertEquals(
        Optional.of(SendLog.withoutContent(stored)), store.journal().find(stored.sequence()));
    store.project();
    assertFalse(isSaidAnywhere());
    again();
    assertFalse(isSaidAnywhere());
    assertEquals(Optional.of(State.CANCELLED), state());
    assertEquals(
        Optional.of(SendLog.withoutContent(stored)), store.journal().find(stored.sequence()));
    assertEquals(0, store.sends().bytesFarAhead());
    pass(8);
    pass(9);
    assertEquals(Optional.empty(), state());
  }
}

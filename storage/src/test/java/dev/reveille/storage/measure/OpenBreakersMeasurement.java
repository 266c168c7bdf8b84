package dev.reveille.storage.measure;

import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Very much work waits behind very many breakers that stay open, and a little behind one more that
/// opens: the heap held, and the time in which the little is claimed, before and beside the rest.
///
/// Arguments: directory, how much waits, behind how many breakers.
public final class OpenBreakersMeasurement {
  private static final int STEP = 500;
  private static final int LITTLE = 20_000;
  private static final int AT_ONCE = 100;
  private static final Instant UNTIL = Instant.parse("2100-01-01T00:00:00Z");
  private static final String ALIVE = "alive gate";

  private OpenBreakersMeasurement() {}

  static void main(final String... args) throws InterruptedException {
    final int many = Integer.parseInt(args[1]);
    final int breakers = Integer.parseInt(args[2]);
    try (SqliteStore store =
        SqliteStore.open(Path.of(args[0]), StoreSettings.defaults(), InstantSource.system())) {
      final long before = Measuring.heap();
      claimLittle(store, "alone", 1);
      for (int at = 0; at < many; at += STEP) {
        final List<Note> notes = new ArrayList<>(STEP);
        for (int i = at; i < at + STEP; i++) {
          notes.add(new Note.Parked(item(1_000_000 + i).behind("dead-" + i % breakers + " gate")));
        }
        Measuring.note(store, notes);
      }
      Thread.sleep(3_000); // lets the projector finish
      System.out.printf(
          "%d wait behind %d gates; heap held: %.1f MB%n",
          store.waiting().size(),
          store.waiting().breakers().size(),
          (Measuring.heap() - before) / 1e6);
      claimLittle(store, "beside them", 100_000_000);
    }
  }

  private static void claimLittle(final SqliteStore store, final String when, final int from)
      throws InterruptedException {
    for (int at = 0; at < LITTLE; at += STEP) {
      final List<Note> notes = new ArrayList<>(STEP);
      for (int i = at; i < at + STEP; i++) {
        notes.add(new Note.Parked(item(from + i).behind(ALIVE)));
      }
      Measuring.note(store, notes);
    }
    final List<Long> times = new ArrayList<>();
    for (int left = LITTLE; left > 0; ) {
      final long at = System.nanoTime();
      final List<Waiting> some = store.waiting().claimBehind(ALIVE, AT_ONCE);
      times.add(System.nanoTime() - at);
      left -= some.size();
      final List<Note> over = new ArrayList<>();
      some.forEach(one -> over.add(new Note.Unparked(one.key())));
      Measuring.note(store, over);
    }
    final long[] sorted = times.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    System.out.printf(
        "%s: %d claims of at most %d: p50 %.3f ms, p99 %.3f ms%n",
        when,
        sorted.length,
        AT_ONCE,
        sorted[sorted.length / 2] / 1e6,
        sorted[sorted.length * 99 / 100] / 1e6);
  }

  private static Waiting item(final int number) {
    return Waiting.until(
        UNTIL,
        number,
        new TargetKey("device-" + number),
        Lane.NORMAL,
        1,
        UNTIL,
        Reason.SERVICE_UNREACHABLE);
  }
}

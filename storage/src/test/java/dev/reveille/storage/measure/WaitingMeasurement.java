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

/// Parks very much work, then claims it all in steps of 500: heap held and time per claim.
///
/// Arguments: directory, how much waits.
public final class WaitingMeasurement {
  private static final int STEP = 500;

  private WaitingMeasurement() {}

  static void main(final String... args) throws InterruptedException {
    final int many = Integer.parseInt(args[1]);
    final Instant from = Instant.parse("2026-11-21T10:00:00Z");
    try (SqliteStore store =
        SqliteStore.open(Path.of(args[0]), StoreSettings.defaults(), InstantSource.system())) {
      final long before = Measuring.heap();
      final long began = System.nanoTime();
      for (int at = 0; at < many; at += STEP) {
        final List<Note> notes = new ArrayList<>(STEP);
        for (int i = at; i < at + STEP; i++) {
          notes.add(new Note.Parked(item(i, from.plusMillis(i * 7919L % many))));
        }
        Measuring.note(store, notes);
      }
      System.out.printf(
          "parked %d in %.1f s%n", store.waiting().size(), (System.nanoTime() - began) / 1e9);
      Thread.sleep(3_000); // lets the projector finish
      System.out.printf("heap held: %.1f MB%n", (Measuring.heap() - before) / 1e6);
      final List<Long> times = new ArrayList<>();
      for (int left = many; left > 0; ) {
        final long at = System.nanoTime();
        final List<Waiting> some = store.waiting().claimDue(Instant.MAX, STEP);
        times.add(System.nanoTime() - at);
        left -= some.size();
        final List<Note> over = new ArrayList<>();
        some.forEach(one -> over.add(new Note.Unparked(one.key())));
        Measuring.note(store, over);
      }
      final long[] sorted = times.stream().mapToLong(Long::longValue).toArray();
      Arrays.sort(sorted);
      System.out.printf(
          "claims of %d: p50 %.2f ms, p99 %.2f ms, longest %.1f ms; left %d%n",
          STEP,
          sorted[sorted.length / 2] / 1e6,
          sorted[sorted.length * 99 / 100] / 1e6,
          sorted[sorted.length - 1] / 1e6,
          store.waiting().size());
    }
  }

  private static Waiting item(final int number, final Instant notBefore) {
    return Waiting.until(
        notBefore,
        number,
        new TargetKey("device-" + number),
        Lane.NORMAL,
        1,
        notBefore.plusSeconds(3_600),
        Reason.SERVICE_UNAVAILABLE);
  }
}

package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;

/// A process that hands in events and notes how far they were read until it is killed, and says of
/// each when it was accepted.
final class Victim {
  /// Begins a line that says how far the user has read.
  static final String READ = "read";

  private Victim() {}

  static void main(final String... args) throws InterruptedException {
    final var settings =
        StoreSettings.defaults().withDiskFloor(0).withFoldEvery(Duration.ofMillis(5));
    final var store =
        SqliteStore.open(Path.of(args[0]), settings, InstantSource.fixed(Samples.NOW));
    final var underWay = new Semaphore(100);
    final long readBefore = Long.parseLong(args[1].substring(1)) * 1_000_000;
    final long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    for (int i = 0; System.nanoTime() < end; i++) {
      final String id = args[1] + "-" + i;
      underWay.acquire();
      store
          .journal()
          .append(
              List.of(
                  new Submission(
                      Samples.message(id),
                      1,
                      answer -> {
                        underWay.release();
                        if (answer instanceof Answer.Stored(var sequence)) {
                          System.out.println(id + " " + sequence);
                          store
                              .journal()
                              .note(List.of(Samples.told(sequence, 1, Samples.PHONE, true)));
                        }
                      })));
      store.journal().note(List.of(new Note.Cursor(Samples.ANNA, Samples.PHONE, i)));
      final long readUpTo = readBefore + i;
      store
          .journal()
          .noteDurably(
              List.of(new Note.ReadUpTo(Samples.BEN, Samples.TEAM, readUpTo, Samples.NOW)),
              () -> System.out.println(READ + " " + readUpTo));
    }
  }
}

package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Event;
import dev.reveille.model.Position;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.TestClock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// A copy of the directory, taken while the store is busy, is what a crash leaves. Nothing that was
/// accepted before the copy began may be missing in it, whatever part of the log came after.
final class CrashProperties {
  private static final int USERS = 7;
  private static final StoreSettings SETTINGS =
      StoreSettings.defaults()
          .withDiskFloor(0)
          .withFreshKeys(50)
          .withFoldEvery(Duration.ofMillis(3));

  @Property(tries = 12)
  void a_crash_loses_nothing_accepted_and_doubles_nothing(@ForAll final long seed)
      throws IOException, InterruptedException {
    final Random random = new Random(seed);
    final Path directory = Files.createTempDirectory("reveille-crash");
    final Path copy = Files.createTempDirectory("reveille-copy");
    final Map<String, Long> accepted = new ConcurrentHashMap<>();
    final Map<String, Long> sure;
    final TestClock clock = new TestClock(Samples.NOW);
    try (SqliteStore store = SqliteStore.open(directory, SETTINGS, clock)) {
      final int before = random.nextInt(1, 300);
      append(store, 0, before, random.nextInt(1, 40), accepted).acquire(before);
      sure = Map.copyOf(accepted);
      store.project(); // every file is made: a copy cannot be taken in the middle of that
      final long logged = Files.size(log(directory));
      append(store, before, 300, random.nextInt(1, 40), accepted);
      copy(directory, copy);
      final long length = Files.size(log(copy));
      if (length > logged && random.nextBoolean()) {
        try (RandomAccessFile file = new RandomAccessFile(log(copy).toFile(), "rw")) {
          file.setLength(random.nextLong(logged, length));
        }
      }
    }
    try (SqliteStore store = SqliteStore.open(copy, SETTINGS, clock)) {
      sure.forEach((id, sequence) -> {
        final StoredJob stored = store.journal().find(Samples.key(id)).orElseThrow();
        assertEquals(sequence, stored.sequence());
        assertEquals(event(id), stored.event());
      });
      assertInboxesAreWhole(store, sure, random);
      assertRepeatsAreKnown(store, sure);
      final Set<Long> unfinished = new HashSet<>();
      store.journal().unfinished().forEach(one -> unfinished.add(one.stored().sequence()));
      assertTrue(unfinished.containsAll(sure.values()), "what was not settled is unfinished");
    } finally {
      SqliteUnderTest.delete(directory);
      SqliteUnderTest.delete(copy);
    }
  }

  private static Event event(final String id) {
    return Samples.message(id, user(Integer.parseInt(id) % USERS));
  }

  private static UserId user(final int number) {
    return Samples.user("u" + number);
  }

  /// Hands in events in groups, with notes between them; a permit per receipt.
  private static Semaphore append(
      final SqliteStore store,
      final int from,
      final int count,
      final int group,
      final Map<String, Long> accepted) {
    final Semaphore told = new Semaphore(0);
    for (int i = from; i < from + count; i += group) {
      final List<Submission> some = new ArrayList<>();
      for (int j = i; j < Math.min(i + group, from + count); j++) {
        final String id = Integer.toString(j);
        some.add(
            new Submission(
                event(id),
                j,
                answer -> {
                  if (answer instanceof Answer.Stored(var sequence)) {
                    accepted.put(id, sequence);
                  }
                  told.release();
                }));
      }
      store.journal().append(some);
      store.journal().note(List.of(new Note.Cursor(user(i % USERS), Samples.PHONE, i)));
    }
    return told;
  }

  private static Path log(final Path directory) {
    return directory.resolve("days/2026-11-21.journal.db-wal");
  }

  /// The journal last: what is made from it may lag behind, never run ahead.
  private static void copy(final Path from, final Path to) throws IOException {
    Files.createDirectories(to.resolve("days"));
    final List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (final boolean journal : new boolean[] {false, true}) {
      for (final Path file : files) {
        final String name = file.getFileName().toString();
        if (name.contains(".journal.") == journal
            && !name.endsWith("-shm")
            && !name.endsWith("-journal")
            && !name.endsWith(".tmp")
            && !name.equals("store.lock")) {
          Files.copy(file, to.resolve(from.relativize(file)));
        }
      }
    }
  }

  /// C2-38: a position resumes where it was, without a gap and without a repeat.
  private static void assertInboxesAreWhole(
      final SqliteStore store, final Map<String, Long> sure, final Random random) {
    for (int u = 0; u < USERS; u++) {
      final List<Long> read = new ArrayList<>();
      Position at = store.inbox().beginning();
      Inbox.Page page;
      do {
        page = store.inbox().after(user(u), at, random.nextInt(1, 20));
        assertFalse(page.gap());
        page.entries().forEach(entry -> read.add(entry.stored().sequence()));
        at = page.upTo();
      } while (page.more());
      assertEquals(read.stream().sorted().distinct().toList(), read);
      final int number = u;
      sure.forEach((id, sequence) ->
          assertEquals(Integer.parseInt(id) % USERS == number, read.contains(sequence)));
    }
  }

  private static void assertRepeatsAreKnown(final SqliteStore store, final Map<String, Long> sure)
      throws InterruptedException {
    final Semaphore told = new Semaphore(0);
    final Map<String, Answer> answers = new ConcurrentHashMap<>();
    for (final String id : sure.keySet()) {
      store
          .journal()
          .append(
              List.of(
                  new Submission(
                      event(id),
                      Integer.parseInt(id),
                      answer -> {
                        answers.put(id, answer);
                        told.release();
                      })));
    }
    told.acquire(sure.size());
    sure.forEach((id, sequence) -> assertEquals(new Answer.Repeat(sequence), answers.get(id)));
  }
}

package dev.reveille.storage.measure;

import com.sun.management.ThreadMXBean;
import dev.reveille.model.Content;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Life;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;

/// Hands in events in groups of fixed size, notes the opening of their trail as the dispatcher
/// does, and tells the processor time of each of the store's threads per event.
///
/// Arguments: directory, events per size, group sizes...
public final class StoreMeasurement {
  private static final int USERS = 16_384;
  private static final OrganisationId ACME = new OrganisationId("acme");
  private static final UserId[] PEOPLE = new UserId[USERS];
  private static final InstallationId[] DEVICES = new InstallationId[USERS];
  private static final String TEXT = "Shall we move the review to three o'clock? ".repeat(4);

  private StoreMeasurement() {}

  static void main(final String... args) throws Exception {
    for (int i = 0; i < USERS; i++) {
      PEOPLE[i] = new UserId(ACME, "user-" + i + "@acme.example");
      DEVICES[i] = new InstallationId("device-" + i);
    }
    final int events = Integer.parseInt(args[1]);
    try (SqliteStore store =
        SqliteStore.open(Path.of(args[0]), StoreSettings.defaults(), InstantSource.system())) {
      run(store, "warm-up", events, 100);
      System.out.printf(
          "%6s %10s %9s %9s %9s %9s   commit ms p50/p99/max%n",
          "group", "events/s", "writer us", "folder us", "maint us", "all us");
      for (int i = 2; i < args.length; i++) {
        final int size = Integer.parseInt(args[i]);
        run(store, args[i], size == 1 ? events / 10 : events, size);
      }
    }
  }

  private static void run(
      final SqliteStore store, final String name, final int events, final int size)
      throws InterruptedException {
    final long[] before = cpu();
    final long began = System.nanoTime();
    final long[] latencies = new long[events / size];
    final SplittableRandom random = new SplittableRandom(size);
    final EventJournal journal = store.journal();
    journal.onCommit(group -> journal.note(trail(group)));
    for (int group = 0; group < latencies.length; group++) {
      final Semaphore told = new Semaphore(0);
      final List<Submission> submissions = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        submissions.add(
            new Submission(
                event(random),
                random.nextLong(),
                answer -> {
                  if (!(answer instanceof Answer.Stored)) {
                    throw new IllegalStateException(answer.toString());
                  }
                  told.release();
                }));
      }
      final long at = System.nanoTime();
      journal.append(submissions);
      told.acquire(size);
      latencies[group] = System.nanoTime() - at;
    }
    final double seconds = (System.nanoTime() - began) / 1e9;
    Thread.sleep(1_500); // lets the projector finish
    final long[] after = cpu();
    Arrays.sort(latencies);
    if (!name.equals("warm-up")) {
      System.out.printf(
          "%6s %10.0f %9.2f %9.2f %9.2f %9.2f   %.2f / %.2f / %.1f%n",
          name,
          events / seconds,
          (after[0] - before[0]) / 1e3 / events,
          (after[1] - before[1]) / 1e3 / events,
          (after[2] - before[2]) / 1e3 / events,
          (after[3] - before[3]) / 1e3 / events,
          latencies[latencies.length / 2] / 1e6,
          latencies[latencies.length * 99 / 100] / 1e6,
          latencies[latencies.length - 1] / 1e6);
    }
  }

  /// Processor time of writer, projector and maintenance, and of the whole process but this thread.
  private static long[] cpu() {
    final var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    final long[] times = new long[4];
    for (final var info : threads.getThreadInfo(threads.getAllThreadIds())) {
      final int place =
          switch (info.getThreadName()) {
            case "journal-writer" -> 0;
            case "journal-folder" -> 1;
            case "journal-maintenance" -> 2;
            default -> -1;
          };
      if (place >= 0) {
        times[place] = threads.getThreadCpuTime(info.getThreadId());
      }
    }
    final var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    times[3] =
        system.getProcessCpuTime() - threads.getThreadCpuTime(Thread.currentThread().threadId());
    return times;
  }

  private static Event event(final SplittableRandom random) {
    final int user = random.nextInt(USERS);
    final Instant now = Instant.now();
    return new Event.Message(
        new EventKey(ACME, "pbx", Long.toString(random.nextLong(), 36)),
        List.of(PEOPLE[user]),
        "chat.message",
        new ConversationId("conversation-" + user % 512),
        new Content("Dora", TEXT, Map.of("thread", "7")),
        new Life(now.plusSeconds(600), now.plus(Duration.ofDays(30))));
  }

  private static List<Note> trail(final List<StoredJob> group) {
    final List<Note> notes = new ArrayList<>(group.size());
    final Instant now = Instant.now();
    for (final StoredJob stored : group) {
      final UserId user = stored.event().recipients().getFirst();
      notes.add(
          new Note.TrailLine(
              new TrailEntry.Opening(
                  stored.sequence(),
                  1,
                  user,
                  DEVICES[(int) (stored.sequence() % USERS)].target(),
                  now,
                  new TrailEntry.Known(false, false, "suspended", "ios", 18),
                  "push",
                  Reason.SUSPENDED_MESSAGE,
                  List.of(
                      new TrailEntry.Try(
                          "push",
                          1,
                          now,
                          "handed-over",
                          Reason.HANDED_TO_PLATFORM,
                          "8A2B0C3D-0000-4000-8000-00000000ABCD")),
                  true)));
    }
    return notes;
  }
}

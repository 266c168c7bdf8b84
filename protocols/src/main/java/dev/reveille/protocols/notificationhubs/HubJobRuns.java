package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.Faults;
import dev.reveille.http.client.OriginPools;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.blob.BlobFailed;
import dev.reveille.protocols.blob.BlobStore;
import dev.reveille.routing.port.HubJobs;
import dev.reveille.routing.port.HubJobs.Job;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.port.Stores;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out what hubs are asked to export and to import: one job of a hub after the other,
/// [#AT_ONCE_OF_ONE] of an organisation and [#AT_ONCE] of the server at once, each on a virtual
/// thread. What does not run yet waits in the store, and what was under way when the server stopped
/// goes on where it was.
///
/// A job of which the container's server wants nothing now is tried again for about a minute, and
/// longer where that server says so; then it has failed. Thread-safe.
public final class HubJobRuns implements AutoCloseable {
  /// Of one hub, under way.
  static final int MOST_UNDER_WAY = 4;

  static final int AT_ONCE = 4;
  static final int AT_ONCE_OF_ONE = 2;

  /// For one request to a container's server.
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /// A job begins anew once, when a container lost what was written.
  private static final int MOST_BEGINNINGS = 1;

  /// After so long a job gives its place to one that waits, at the next note of its progress.
  private static final Duration TURN = Duration.ofMinutes(5);

  /// After so long a job has failed: containers keep blocks of an unfinished file for a week.
  private static final Duration LONGEST = Duration.ofDays(6);

  private static final Duration UNTIL_THERE_IS_ROOM = Duration.ofSeconds(10);
  private static final int ROOM_LOOKS = 60;
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(5);
  private static final int STORE_ATTEMPTS = 10;
  private static final Duration UNTIL_ALL_STOPPED = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(HubJobRuns.class);
  private static final Faults FAULTS = new Faults(LOG);

  /// A job whose hub was removed meanwhile.
  private static final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Gone() {
      super("", null, false, false);
    }
  }

  /// A job that others wait for; it goes on after them, from what is kept.
  private static final class TurnOver extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TurnOver() {
      super("", null, false, false);
    }
  }

  /// How an attempt came out.
  private enum Attempt {
    /// Nothing is left to do.
    OVER,
    /// Others wait; the job goes to the end of the list.
    TURN_OVER,
    /// The store failed, and it is worth to go on from what is kept.
    AGAIN
  }

  private final HubJobs jobs;
  private final Hubs hubs;
  private final HubRegistrations registrations;
  private final LongSupplier left;
  private final BlobStore blobs;
  private final BlobStore.Rest rest;
  private final InstantSource clock;
  private final CountDownLatch stopping = new CountDownLatch(1);

  /// Guarded by this object, as are the next two.
  private final List<Job> waiting = new ArrayList<>();

  /// By hub.
  private final Map<String, Thread> running = new HashMap<>();

  private boolean isStopped;
  private volatile Duration turn = TURN;

  /// @param left how many bytes may still be written; 0 or less when the disk is nearly full
  /// @param pools connections to containers, as [BlobStore] wants them; they stay the caller's
  /// @param urls reads what callers hand in, and refuses what must not be connected to
  public HubJobRuns(
      final Stores stores,
      final Hubs hubs,
      final LongSupplier left,
      final OriginPools pools,
      final Function<String, PublicUrl> urls,
      final InstantSource clock) {
    this(stores, hubs, left, pools, urls, null, clock);
  }

  /// The same, for tests, with another way to wait.
  HubJobRuns(
      final Stores stores,
      final Hubs hubs,
      final LongSupplier left,
      final OriginPools pools,
      final Function<String, PublicUrl> urls,
      final BlobStore.@Nullable Rest rest,
      final InstantSource clock) {
    this.jobs = stores.hubJobs();
    this.registrations = stores.hubs();
    this.hubs = hubs;
    this.left = left;
    this.rest = rest == null ? this::rest : rest;
    this.blobs = new BlobStore(pools, urls, PATIENCE, this.rest);
    this.clock = clock;
  }

  /// Ends turns earlier, for tests.
  void setTurn(final Duration shorter) {
    turn = shorter;
  }

  private void rest(final Duration time) throws InterruptedException {
    if (stopping.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("the server stops");
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  // ---- taking ---------------------------------------------------------------------------------

  /// Goes on with what was under way when the server stopped. Called once, when hubs are open.
  public void resume() {
    final var left = jobs.underWay();
    synchronized (this) {
      waiting.addAll(left);
      startWhatMay();
    }
    if (!left.isEmpty()) {
      LOG.info("{} export and import jobs of hubs go on", left.size());
    }
  }

  /// Keeps a job, and does it later.
  ///
  /// @return the job, or one that was taken under this id before; empty when its hub has so many
  ///   under way
  /// @throws PublicUrl.Refused when an address must not be connected to
  /// @throws Hubs.Refused when the hub was removed meanwhile
  Optional<Job> take(final Hub hub, final String id, final HubJob asked) {
    final var order = HubJobOrder.of(asked);
    blobs.check(order.output().file(HubJobOrder.path(hub, id, "Output.txt")));
    if (asked.type() != HubJob.Type.EXPORT) {
      blobs.check(order.input());
    }
    final var now = now();
    final var job =
        new Job(
            hub.key(), id, now, now, true, HubJobOrder.kept(asked), new HubJobProgress().kept());
    final var kept = hubs.write(hub, () -> jobs.make(job, MOST_UNDER_WAY));
    if (kept.filter(one -> one == job).isPresent()) {
      synchronized (this) {
        waiting.add(job);
        startWhatMay();
      }
    }
    return kept;
  }

  /// A job as it is kept.
  Optional<Job> find(final Hub hub, final String id) {
    return jobs.find(hub.key(), id);
  }

  /// The jobs of a hub, the newest first.
  List<Job> of(final Hub hub) {
    return jobs.of(hub.key());
  }

  /// Called with this object's lock.
  private void startWhatMay() {
    for (final var each = waiting.iterator(); each.hasNext() && !isStopped; ) {
      final var job = each.next();
      if (mayStart(job, running.keySet())) {
        each.remove();
        running.put(
            job.hub(), Thread.ofVirtual().name("hub-job " + job.id()).start(() -> whole(job)));
      }
    }
  }

  /// Whether a job may start while these hubs have one that runs.
  private static boolean mayStart(final Job job, final Set<String> busy) {
    final var whose = HubRegistrations.organisation(job.hub());
    return !busy.contains(job.hub())
        && busy.size() < AT_ONCE
        && busy.stream().filter(hub -> isOf(whose, hub)).count() < AT_ONCE_OF_ONE;
  }

  private static boolean isOf(final OrganisationId whose, final String hub) {
    return HubRegistrations.organisation(hub).equals(whose);
  }

  // ---- doing ----------------------------------------------------------------------------------

  private void whole(final Job job) {
    var came = Attempt.AGAIN;
    try {
      for (int tries = 1; (came = begin(job, tries)) == Attempt.AGAIN; tries++) {
        rest.rest(AFTER_A_FAULT);
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt(); // the server stops; the next one goes on
    } catch (final RuntimeException | Error fault) {
      FAULTS.failed(fault, "job {} cannot be ended; the next start goes on with it", job.id());
    } finally {
      synchronized (this) {
        running.remove(job.hub());
        if (came == Attempt.TURN_OVER) {
          waiting.add(job);
        }
        startWhatMay();
      }
    }
  }

  /// While the store cannot be read or written at all, the attempts go on without an end: what the
  /// job came to cannot be kept either.
  private Attempt begin(final Job given, final int tries) throws InterruptedException {
    try {
      final var found = jobs.find(given.hub(), given.id());
      final var hub = hubs.ofKey(given.hub());
      if (found.isEmpty() || hub.isEmpty() || !found.get().isUnderWay()) {
        return Attempt.OVER;
      }
      return goOn(found.get(), hub.get(), tries);
    } catch (final StoreException failed) {
      FAULTS.failed(failed, "job {} cannot go on", given.id());
      return Attempt.AGAIN;
    }
  }

  /// @throws StoreException when what the job came to cannot be kept
  private Attempt goOn(final Job job, final Hub hub, final int tries) throws InterruptedException {
    final var progress = HubJobProgress.read(job.progress());
    try {
      progress.status = HubJob.Status.RUNNING;
      if (job.madeAt().plus(LONGEST).isBefore(now())) {
        throw new BlobFailed("it was not done within " + LONGEST.toDays() + " days");
      }
      save(job, progress);
      run(job, hub, progress);
      progress.status = HubJob.Status.COMPLETED;
    } catch (final BlobFailed failed) {
      progress.fail(failed.words());
    } catch (final TurnOver _) {
      return Attempt.TURN_OVER;
    } catch (final Gone | Hubs.Refused | Registry.Taken _) { // the hub, and its jobs with it
      return Attempt.OVER;
    } catch (final StoreException failed) {
      if (tries < STORE_ATTEMPTS) {
        throw failed;
      }
      progress.fail("the server cannot read or write its disk");
    } catch (final RuntimeException | Error fault) {
      FAULTS.failed(fault, "job {} failed", job.id());
      progress.fail("a fault of the server");
    }
    final var _ = jobs.change(job.with(progress.kept(), false, now()));
    LOG.info("job {} of a hub ended: {}", job.id(), progress.status.word());
    return Attempt.OVER;
  }

  private void save(final Job job, final HubJobProgress progress) {
    if (stopping.getCount() > 0 && !jobs.change(job.with(progress.kept(), true, now()))) {
      throw new Gone();
    }
  }

  /// Keeps the progress, and ends the turn of a job that had its time while another waits.
  private void save(final Job job, final HubJobProgress progress, final long from) {
    save(job, progress);
    if (System.nanoTime() - from >= turn.toNanos() && isAwaited(job)) {
      throw new TurnOver();
    }
  }

  /// Whether another could start if this job did not run.
  private synchronized boolean isAwaited(final Job job) {
    final var others = new HashSet<>(running.keySet());
    others.remove(job.hub());
    return waiting.stream().anyMatch(each -> mayStart(each, others));
  }

  /// Only an export begins anew: an import would undo what devices registered since.
  private void run(final Job job, final Hub hub, final HubJobProgress progress)
      throws InterruptedException {
    while (true) {
      try {
        once(job, hub, progress);
        return;
      } catch (final BlobFailed failed) {
        if (!failed.isWithoutBlocks()) {
          throw failed;
        }
        if (HubJobOrder.read(job.order()).type() != HubJob.Type.EXPORT) {
          progress.lostFailures();
          return;
        }
        if (progress.beginnings >= MOST_BEGINNINGS) {
          throw failed;
        }
        progress.restart();
        save(job, progress);
      }
    }
  }

  private void once(final Job job, final Hub hub, final HubJobProgress progress)
      throws InterruptedException {
    final var order = HubJobOrder.read(job.order());
    final long from = System.nanoTime();
    final Runnable save = () -> save(job, progress, from);
    final var failed = order.output().file(HubJobOrder.path(hub, job.id(), "Failed.txt"));
    final var failures = new HubJobFailures(blobs, failed, progress);
    if (order.type() == HubJob.Type.EXPORT) {
      final var output = order.output().file(HubJobOrder.path(hub, job.id(), "Output.txt"));
      new HubExport(registrations, hub.key(), blobs, output, failures, progress, save).run();
      return;
    }
    final var lines =
        new ImportedLines(
            order.type(),
            job.id(),
            hubs,
            hub,
            registrations,
            this::now,
            this::awaitRoom,
            failures,
            progress);
    new HubImport(blobs, order.input(), lines, failures, progress, save).run();
  }

  private void awaitRoom() throws InterruptedException {
    for (int look = 0; left.getAsLong() <= 0; look++) {
      if (look == ROOM_LOOKS) {
        throw new BlobFailed("the server's disk is nearly full: nothing new is registered");
      }
      rest.rest(UNTIL_THERE_IS_ROOM);
    }
  }

  /// Stops what runs; it goes on at the next start.
  @Override
  public void close() {
    final List<Thread> all;
    synchronized (this) {
      isStopped = true;
      stopping.countDown();
      all = List.copyOf(running.values());
    }
    all.forEach(Thread::interrupt);
    for (final var each : all) {
      try {
        final var _ = each.join(UNTIL_ALL_STOPPED);
      } catch (final InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}

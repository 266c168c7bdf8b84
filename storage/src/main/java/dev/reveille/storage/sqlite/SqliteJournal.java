package dev.reveille.storage.sqlite;

import dev.reveille.model.CallId;
import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.model.IdKey;
import dev.reveille.model.Job;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Note;
import dev.reveille.storage.codec.GroupWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The journal for the other modules: puts submissions into the writer's queue, and reads from
/// memory and files. Thread-safe. To append or to note waits for the queue's lock only, and throws
/// [dev.reveille.routing.port.StoreException] when the store is closed; finds and [#close] block on
/// the disk.
final class SqliteJournal implements EventJournal {
  private final WriterQueue queue;
  private final JournalWriter writer;
  private final JobBodies bodies;
  private final JournalDays days;
  private final DuplicateCheck keys;
  private final StoreIdentity identity;
  private final DiskRoom room;
  private final InstantSource clock;
  private final UnfinishedEvents unfinished;
  private final Runnable end;

  SqliteJournal(
      final WriterQueue queue,
      final JournalWriter writer,
      final JobBodies bodies,
      final JournalDays days,
      final DuplicateCheck keys,
      final StoreIdentity identity,
      final DiskRoom room,
      final InstantSource clock,
      final UnfinishedEvents unfinished,
      final Runnable end) {
    this.queue = queue;
    this.writer = writer;
    this.bodies = bodies;
    this.days = days;
    this.keys = keys;
    this.identity = identity;
    this.room = room;
    this.clock = clock;
    this.unfinished = unfinished;
    this.end = end;
  }

  @Override
  public void append(final List<Submission> submissions) {
    queue.append(submissions);
  }

  @Override
  public void note(final List<Note> notes) {
    queue.note(notes);
  }

  @Override
  public void noteDurably(final List<Note> notes, final Runnable committed) {
    queue.noteDurably(notes, committed);
  }

  @Override
  public void onCommit(final Consumer<List<StoredJob>> reader) {
    writer.onCommit(reader);
  }

  @Override
  public Optional<StoredJob> find(final long sequence) {
    return bodies.find(sequence);
  }

  @Override
  public Optional<StoredJob> find(final EventKey key) {
    return keys.find(GroupWriter.fingerprint(identity.seed(), key), key, clock.instant())
        .flatMap(bodies::visible);
  }

  @Override
  public Optional<StoredJob> findCall(final OrganisationId organisation, final CallId call) {
    return keys.findCall(organisation, call, clock.instant()).flatMap(bodies::visible);
  }

  @Override
  public void eachCallSince(final Instant from, final Consumer<StoredJob> reader) {
    days.scanCalls(
        from,
        group -> {
          if (!group.at().isBefore(from)) {
            for (final StoredJob stored : group.stored()) {
              if (isCall(stored.job())) {
                bodies.visible(stored).ifPresent(reader);
              }
            }
          }
        });
  }

  static boolean isCall(final Job job) {
    return job instanceof Event.IncomingCall || job instanceof Event.CallEnded;
  }

  @Override
  public List<Unfinished> unfinished() {
    return unfinished.all();
  }

  @Override
  public long lastSequence() {
    return writer.lastSequence();
  }

  @Override
  public long epoch() {
    return identity.epoch();
  }

  @Override
  public IdKey idKey() {
    return identity.idKey();
  }

  @Override
  public long roomLeft() {
    return room.left();
  }

  @Override
  public void close() {
    end.run();
  }
}

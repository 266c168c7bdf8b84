package dev.reveille.routing.port;

import dev.reveille.model.CallId;
import dev.reveille.model.EventKey;
import dev.reveille.model.IdKey;
import dev.reveille.model.Job;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Keeps what was accepted: append-only, committed in groups by one writer.
///
/// Thread-safe. Once a group is on disk it is handed to the reader, in journal order, and then its
/// receipts are told (so a sender that was answered finds its call ringing). Notes are written with
/// the next group and force no commit of their own, though none waits longer than some 20 ms.
///
/// [#close] commits what is queued and blocks until that is on disk.
public interface EventJournal extends AutoCloseable {

  /// The result of a submission.
  sealed interface Answer {
    record Stored(long sequence) implements Answer {}

    /// The same key and content as `sequence`; nothing was stored.
    record Repeat(long sequence) implements Answer {}

    /// The same key as `sequence`, other content; nothing was stored.
    record Conflict(long sequence) implements Answer {}

    /// A call whose UUID another event has begun, which `first` is; nothing was stored.
    record CallKnown(StoredJob first) implements Answer {}

    /// The commit failed; nothing was stored.
    record Failed(Throwable cause) implements Answer {}
  }

  /// Told once per submission, on the writer's thread: must be quick and must not block.
  @FunctionalInterface
  interface Receipt {
    void answered(Answer answer);
  }

  /// One job on its way into the journal.
  ///
  /// @param contentHash of what the sender wrote, without anything we derived: equal keys with
  ///   equal hashes are repeats
  record Submission(Job job, long contentHash, Receipt receipt) {}

  /// Queues submissions for the next commit; never blocks.
  void append(List<Submission> submissions);

  /// Queues notes; they become durable in the order given, together with or after everything
  /// appended before.
  void note(List<Note> notes);

  /// Like [#note], then tells `committed` on the writer's thread, once these notes and all that
  /// were noted before are on disk; there may be none of either. This one does force a commit. A
  /// commit that fails is tried again with the next one; when the journal closes without it,
  /// `committed` is never told.
  void noteDurably(List<Note> notes, Runnable committed);

  /// Sets the reader of each committed group, in order; once, before the first append. Called on
  /// the writer's thread, must be quick.
  void onCommit(Consumer<List<StoredJob>> reader);

  /// Finds an event by its sequence; may read the disk.
  Optional<StoredJob> find(long sequence);

  /// Finds an event by its key among those remembered (72 h and until its life ends); may read the
  /// disk.
  Optional<StoredJob> find(EventKey key);

  /// The event that began a call, among those remembered (72 h and until its life ends): no other
  /// event may begin it. May read the disk.
  Optional<StoredJob> findCall(OrganisationId organisation, CallId call);

  /// Hands over calls and call ends accepted since `from`, one after the other in order: what a
  /// restart needs to know which calls still ring. May read the disk. The reader may ask the
  /// journal for events and must not append any.
  void eachCallSince(Instant from, Consumer<StoredJob> reader);

  /// The same as a list.
  default List<StoredJob> callsSince(final Instant from) {
    final var calls = new ArrayList<StoredJob>();
    eachCallSince(from, calls::add);
    return calls;
  }

  /// Events that a former run accepted and did not settle on every device, in order. Those whose
  /// open devices all wait in the [WaitingRoom] are not among them. Read once, before the first
  /// append.
  List<Unfinished> unfinished();

  /// An accepted event and the targets that need nothing more from the dispatcher: settled ones and
  /// those that wait in the [WaitingRoom].
  record Unfinished(StoredJob stored, Set<TargetKey> done) {}

  /// The last committed sequence, 0 when there is none.
  long lastSequence();

  /// Drawn when the store is made; part of every [dev.reveille.model.Position].
  long epoch();

  /// A secret of the store, made once: with it [dev.reveille.model.EventIds] seals the public ids
  /// of events.
  IdKey idKey();

  /// Bytes that may still be written before the disk floor; asked often, must be quick.
  long roomLeft();

  /// Commits what is queued and stops.
  @Override
  void close();
}

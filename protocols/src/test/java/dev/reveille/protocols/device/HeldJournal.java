package dev.reveille.protocols.device;

import dev.reveille.model.CallId;
import dev.reveille.model.EventKey;
import dev.reveille.model.IdKey;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Note;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A journal whose notes can be held back before their commit, as by a disk that hangs. Events go
/// on.
final class HeldJournal implements EventJournal {
  private final EventJournal real;
  private final List<Runnable> held = new ArrayList<>();
  private final List<Note> waiting = new ArrayList<>();
  private boolean holds;
  private volatile boolean diskIsLow;

  HeldJournal(final EventJournal real) {
    this.real = real;
  }

  synchronized void hold() {
    holds = true;
  }

  /// The disk floor is reached, or there is room again.
  void diskIsLow(final boolean low) {
    diskIsLow = low;
  }

  synchronized void letGo() {
    holds = false;
    held.forEach(Runnable::run);
    held.clear();
    waiting.clear();
  }

  /// The notes that were handed in and held.
  synchronized List<Note> waiting() {
    return List.copyOf(waiting);
  }

  /// How often something was handed in and held, also without a note.
  synchronized int handIns() {
    return held.size();
  }

  private synchronized void write(final List<Note> notes, final Runnable handIn) {
    if (holds) {
      waiting.addAll(notes);
      held.add(handIn);
    } else {
      handIn.run();
    }
  }

  @Override
  public void note(final List<Note> notes) {
    write(notes, () -> real.note(notes));
  }

  @Override
  public void noteDurably(final List<Note> notes, final Runnable committed) {
    write(notes, () -> real.noteDurably(notes, committed));
  }

  @Override
  public void append(final List<Submission> submissions) {
    real.append(submissions);
  }

  @Override
  public void onCommit(final Consumer<List<StoredJob>> reader) {
    real.onCommit(reader);
  }

  @Override
  public Optional<StoredJob> find(final long sequence) {
    return real.find(sequence);
  }

  @Override
  public Optional<StoredJob> find(final EventKey key) {
    return real.find(key);
  }

  @Override
  public Optional<StoredJob> findCall(final OrganisationId organisation, final CallId call) {
    return real.findCall(organisation, call);
  }

  @Override
  public void eachCallSince(final Instant from, final Consumer<StoredJob> reader) {
    real.eachCallSince(from, reader);
  }

  @Override
  public List<Unfinished> unfinished() {
    return real.unfinished();
  }

  @Override
  public long lastSequence() {
    return real.lastSequence();
  }

  @Override
  public long epoch() {
    return real.epoch();
  }

  @Override
  public IdKey idKey() {
    return real.idKey();
  }

  @Override
  public long roomLeft() {
    return diskIsLow ? 0 : real.roomLeft();
  }

  @Override
  public void close() {
    letGo();
    real.close();
  }
}

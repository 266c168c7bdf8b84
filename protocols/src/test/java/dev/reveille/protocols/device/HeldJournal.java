package dev.reveille.protocols.device;

import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.ForwardingJournal;
import dev.reveille.routing.port.Note;
import java.util.ArrayList;
import java.util.List;

/// A journal whose notes can be held back before their commit, as by a disk that hangs. Events go
/// on.
final class HeldJournal extends ForwardingJournal {
  private final List<Runnable> held = new ArrayList<>();
  private final List<Note> waiting = new ArrayList<>();
  private boolean holds;
  private volatile boolean diskIsLow;

  HeldJournal(final EventJournal real) {
    super(real);
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
    write(notes, () -> super.note(notes));
  }

  @Override
  public void noteDurably(final List<Note> notes, final Runnable committed) {
    write(notes, () -> super.noteDurably(notes, committed));
  }

  @Override
  public long roomLeft() {
    return diskIsLow ? 0 : super.roomLeft();
  }

  @Override
  public void close() {
    letGo();
    super.close();
  }
}

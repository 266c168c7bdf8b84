package dev.reveille.routing.port;

import dev.reveille.model.CallId;
import dev.reveille.model.EventKey;
import dev.reveille.model.IdKey;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.StoredJob;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A journal that passes every call on to another one; a subclass overrides what a test changes.
public class ForwardingJournal implements EventJournal {
  protected final EventJournal journal;

  public ForwardingJournal(final EventJournal journal) {
    this.journal = journal;
  }

  @Override
  public void append(final List<Submission> submissions) {
    journal.append(submissions);
  }

  @Override
  public void note(final List<Note> notes) {
    journal.note(notes);
  }

  @Override
  public void noteDurably(final List<Note> notes, final Runnable committed) {
    journal.noteDurably(notes, committed);
  }

  @Override
  public void onCommit(final Consumer<List<StoredJob>> reader) {
    journal.onCommit(reader);
  }

  @Override
  public Optional<StoredJob> find(final long sequence) {
    return journal.find(sequence);
  }

  @Override
  public Optional<StoredJob> find(final EventKey key) {
    return journal.find(key);
  }

  @Override
  public Optional<StoredJob> findCall(final OrganisationId organisation, final CallId call) {
    return journal.findCall(organisation, call);
  }

  @Override
  public void eachCallSince(final Instant from, final Consumer<StoredJob> reader) {
    journal.eachCallSince(from, reader);
  }

  @Override
  public List<Unfinished> unfinished() {
    return journal.unfinished();
  }

  @Override
  public long lastSequence() {
    return journal.lastSequence();
  }

  @Override
  public long epoch() {
    return journal.epoch();
  }

  @Override
  public IdKey idKey() {
    return journal.idKey();
  }

  @Override
  public long roomLeft() {
    return journal.roomLeft();
  }

  @Override
  public void close() {
    journal.close();
  }
}

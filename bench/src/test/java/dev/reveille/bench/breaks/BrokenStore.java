package dev.reveille.bench.breaks;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.Event;
import dev.reveille.model.Job;
import dev.reveille.model.PushService;
import dev.reveille.model.SenderId;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.Stores;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// A real store and a sender that only remembers, seen through one break.
final class BrokenStore implements AutoCloseable {
  /// What a break put off, and for how long.
  record PutOff(Duration delay, Runnable work) {}

  final List<StoredJob> committed = new CopyOnWriteArrayList<>();
  final List<Push> sent = new ArrayList<>();
  final List<Push> told = new ArrayList<>();
  final Stores stores;
  final Stores whole;
  private final Sender sender;

  BrokenStore(final Path folder, final Break broken) {
    whole = SqliteStore.open(folder, StoreSettings.defaults(), InstantSource.fixed(Samples.NOW));
    stores = broken.stores(whole);
    stores.journal().onCommit(committed::addAll);
    sender = broken.sender(new Remembering());
  }

  private final class Remembering implements Sender {
    @Override
    public SenderId id() {
      return PushService.APNS.sender();
    }

    @Override
    public void send(final List<Push> group, final Outcomes outcomes) {
      sent.addAll(group);
      group.forEach(push -> outcomes.outcome(push, new DeliveryOutcome.HandedOver("A-1")));
    }

    @Override
    public void close() {}
  }

  void send(final Push... group) {
    sender.send(List.of(group), (push, _) -> told.add(push));
  }

  Answer accept(final Job event) throws Exception {
    final var answer = new CompletableFuture<Answer>();
    stores.journal().append(List.of(new Submission(event, event.hashCode(), answer::complete)));
    return answer.get(20, TimeUnit.SECONDS);
  }

  /// Until everything handed to the journal so far is committed.
  void settle() throws Exception {
    final var done = new CompletableFuture<Boolean>();
    whole.journal().noteDurably(List.of(), () -> done.complete(true));
    done.get(20, TimeUnit.SECONDS);
  }

  List<Event> events() throws Exception {
    settle();
    return committed.stream().map(StoredJob::event).toList();
  }

  @Override
  public void close() {
    stores.close();
  }
}

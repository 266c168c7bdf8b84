package dev.reveille.routing.port;

import dev.reveille.model.Event;
import dev.reveille.model.Job;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.EventJournal.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A store as the contracts examine it. It begins empty and may be opened again.
public interface StoreUnderTest {
  EventJournal journal();

  Inbox inbox();

  TrailStore trail();

  SendLog sends();

  WaitingRoom waiting();

  CallLog calls();

  Registry registry();

  SettingsStore settings();

  SecretStore secrets();

  SealedSecrets sealed();

  HubRegistrations hubs();

  HubJobs hubJobs();

  Handles handles();

  OpenReports openReports();

  ClockLog clockLog();

  StartLog startLog();

  OrganisationDomains domains();

  UserPasswords passwords();

  TestClock clock();

  /// Closes the store and opens it again; ports asked for before are dead then.
  void restart();

  /// Lets every projection catch up with what is committed, so that the next answer comes from
  /// disk.
  void project();

  /// How long entries are kept.
  java.time.Duration retention();

  /// Hands in one job whose content hash is that of its record.
  default Answer accept(final Job job) {
    return accept(job, job.hashCode());
  }

  default Answer accept(final Job job, final long contentHash) {
    final BlockingQueue<Answer> told = new ArrayBlockingQueue<>(1);
    journal().append(List.of(new Submission(job, contentHash, told::add)));
    return await(told);
  }

  /// Hands in events that must be new; answers them as kept.
  default List<StoredJob> keepAll(final List<? extends Event> events) {
    final BlockingQueue<Answer> told = new ArrayBlockingQueue<>(events.size());
    final List<Submission> submissions = new ArrayList<>();
    for (final Event event : events) {
      submissions.add(new Submission(event, event.hashCode(), told::add));
    }
    journal().append(submissions);
    final List<StoredJob> stored = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      stored.add(stored(await(told)));
    }
    return stored;
  }

  default StoredJob keep(final Job job) {
    return stored(accept(job));
  }

  private StoredJob stored(final Answer answer) {
    if (answer instanceof Answer.Stored(var sequence)) {
      return journal().find(sequence).orElseThrow();
    }
    throw new AssertionError("not stored: " + answer);
  }

  /// Notes and waits until they are on disk.
  default void note(final Note... notes) {
    final CountDownLatch committed = new CountDownLatch(1);
    journal().noteDurably(List.of(notes), committed::countDown);
    try {
      if (!committed.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("the notes were not committed within 30 s");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Answer await(final BlockingQueue<Answer> told) {
    try {
      final Answer answer = told.poll(30, TimeUnit.SECONDS);
      if (answer == null) {
        throw new AssertionError("no receipt within 30 s");
      }
      return answer;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

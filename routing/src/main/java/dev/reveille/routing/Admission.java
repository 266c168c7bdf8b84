package dev.reveille.routing;

import dev.reveille.model.Audience;
import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.Job;
import dev.reveille.model.Lane;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.WaitingRoom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Bounds what is let in, by credits. An event takes credits when it is let in and gives them back
/// when it is dispatched, so that a fast sender cannot build a backlog in the heap. A usual event
/// takes one; one with many recipients or much content takes more, since it costs more heap. Calls
/// and their ends have a reserve of their own. The credits are shared between organisations.
/// Waiting rows and the disk have their limits too; all are checked before anything is stored.
///
/// Thread-safe.
final class Admission {
  private static final int RECIPIENTS_PER_CREDIT = 16;
  static final int CHARACTERS_PER_CREDIT = 2_048;

  /// What the metrics and the table of limits call it.
  static final String NAME = "in-flight";

  /// @param mostInHeap credits for events let in and not yet dispatched, of lanes other than urgent
  /// @param urgentReserve how many more there are for urgent events
  /// @param mostWaiting rows in the waiting room before only urgent events are let in
  record Limits(int mostInHeap, int urgentReserve, long mostWaiting) {}

  record Refused(Reason why, Duration retryAfter) {}

  private final EventJournal journal;
  private final WaitingRoom waiting;
  private final Limits limits;
  private final FairShare<OrganisationId> shares;
  private final LongAdder refused = new LongAdder();

  Admission(final EventJournal journal, final WaitingRoom waiting, final Limits limits) {
    this.journal = journal;
    this.waiting = waiting;
    this.limits = limits;
    this.shares = new FairShare<>(limits.mostInHeap);
  }

  /// Takes the event's credits, or says why it is not let in.
  @Nullable Refused refuses(final Job job, final Instant now) {
    final boolean urgent = job.lane() == Lane.URGENT;
    if (journal.roomLeft() <= 0) {
      return new Refused(Reason.DISK_LOW, Duration.ofSeconds(60));
    }
    if (!urgent && waiting.size() > limits.mostWaiting) {
      return new Refused(Reason.BACKLOG_FULL, Duration.ofSeconds(30));
    }
    final int reserve = urgent ? limits.urgentReserve : 0;
    if (!shares.take(job.key().organisation(), weight(job), reserve, now.toEpochMilli())) {
      refused.increment();
      return new Refused(Reason.BACKLOG_FULL, Duration.ofSeconds(1));
    }
    return null;
  }

  /// Takes credits for what the server itself owes: it follows from something that was let in.
  void takeAnyway(final Job job) {
    shares.takeAnyway(job.key().organisation(), weight(job));
  }

  /// Gives the event's credits back.
  void over(final Job job) {
    shares.giveBack(job.key().organisation(), weight(job));
  }

  /// How often there were no credits for an event.
  long refused() {
    return refused.sum();
  }

  long taken() {
    return shares.taken();
  }

  private static int weight(final Job job) {
    return switch (job) {
      case Event event -> contentWeight(event) + event.recipients().size() / RECIPIENTS_PER_CREDIT;
      case Send send -> contentWeight(send.what()) + addresses(send.to()) / RECIPIENTS_PER_CREDIT;
    };
  }

  /// Audiences that are read page by page weigh as much as what is in memory of them.
  private static int addresses(final Audience audience) {
    return switch (audience) {
      case Audience.Addresses(var all) -> all.size();
      case Audience.Registered _ -> SendFanOut.WINDOW;
    };
  }

  private static int contentWeight(final SendContent what) {
    return switch (what) {
      case SendContent.Neutral neutral -> contentWeight(neutral.content());
      case SendContent.Native given ->
          1
              + (given.body().length()
                      + given.headers().entrySet().stream()
                          .mapToInt(one -> one.getKey().length() + one.getValue().length())
                          .sum())
                  / CHARACTERS_PER_CREDIT;
      case SendContent.Template template -> 1 + template.size() / CHARACTERS_PER_CREDIT;
      case SendContent.Relayed relayed -> 1 + relayed.size() / CHARACTERS_PER_CREDIT;
    };
  }

  /// 1 for a usual event, more for one with much content.
  static int contentWeight(final Event event) {
    return switch (event) {
      case Event.Message message -> contentWeight(message.content());
      case Event.Other other -> contentWeight(other.content());
      case Event.IncomingCall _, Event.CallEnded _, Event.ChangeHint _ -> 1;
    };
  }

  private static int contentWeight(final Content content) {
    int characters = content.title().length() + content.text().length();
    if (!content.data().isEmpty()) {
      for (final var value : content.data().entrySet()) {
        characters += value.getKey().length() + value.getValue().length();
      }
    }
    return 1 + characters / CHARACTERS_PER_CREDIT;
  }
}

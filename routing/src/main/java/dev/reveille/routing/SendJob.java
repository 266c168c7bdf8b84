package dev.reveille.routing;

import dev.reveille.model.PushAddress;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.SendLog.State;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The progress of one send while this process works on it: the pages in memory, how far targets
/// were begun and reached, and whether the send was cancelled.
///
/// Belongs to the dispatcher's thread, except the volatile fields, which senders read.
final class SendJob {
  final StoredJob stored;
  final Send send;

  /// What all its addresses are told.
  final SendWords words;

  /// A former run began it: its targets up to this one may have been told.
  final long mayBeTold;

  /// It was taken over with nothing noted: its first page may have been told.
  final boolean firstMayBeTold;

  /// Nothing is noted of it, which says that its first page may be under way.
  final boolean isUnnoted;

  /// Targets that need nothing more.
  final Set<Long> done;

  final ArrayDeque<SendPage> pages = new ArrayDeque<>();
  long reached;
  long begun;
  long readUpTo;
  boolean reading;
  boolean readAll;

  /// Senders look at it.
  volatile boolean cancelled;

  /// Its audience could not be read until its time was over.
  boolean givenUp;

  /// Targets up to `reached` whose service is not the content's.
  long ofAnotherService;

  boolean hasCredits;

  /// A target of it was begun, or it had none: see [CrashLoopGuard].
  boolean begunSome;

  /// For [SendTurns] only.
  int taken;

  /// For [SendTurns] only.
  boolean waitsForPage;

  int underWay;
  Instant restsUntil = Instant.MIN;

  SendJob(
      final StoredJob stored,
      final SendWords words,
      final boolean isUnnoted,
      final SendLog.@Nullable Unfinished left) {
    this.stored = stored;
    this.send = (Send) stored.job();
    this.words = words;
    this.reached = left == null ? 0 : left.reached();
    this.begun = left == null ? 0 : left.maybeBegun();
    this.done = left == null ? Set.of() : left.done();
    this.mayBeTold = begun;
    this.isUnnoted = isUnnoted;
    this.firstMayBeTold = left != null && isUnnoted;
    this.readUpTo = reached;
    this.ofAnotherService = left == null ? 0 : left.ofAnotherService();
  }

  /// How it ends when nothing more is under way for it.
  State end() {
    if (cancelled) {
      return State.CANCELLED;
    }
    return givenUp ? State.GIVEN_UP : State.OVER;
  }

  /// Whether what is said is in the form of another service than this address has.
  boolean isForAnother(final PushAddress address) {
    return send.what() instanceof final SendContent.Native given
        && given.service() != address.service();
  }

  /// Targets of the next page up to this one may have been told by a former run.
  long nextMayBeTold() {
    return firstMayBeTold && readUpTo == 0 ? Long.MAX_VALUE : mayBeTold;
  }

  int inPages() {
    return pages.stream().mapToInt(SendPage::size).sum();
  }
}

package dev.reveille.routing;

import dev.reveille.model.Audience;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.SendLog.Progress;
import dev.reveille.routing.port.SendLog.State;
import dev.reveille.routing.port.TrailStore;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Reads from the stores what sends need: pages of their audiences, and what belongs to their rows.
/// As [Lookups], which asks it about rows.
final class SendLookups {
  private static final int MOST_SENDS_REMEMBERED = 64;

  private final TrailStore trail;
  private final SendLog log;
  private final Audiences audiences;
  private final LookupThreads threads;
  private final Mailbox<DispatcherInput> mailbox;

  /// What the trails of sends of former runs say, for the thread of the rows.
  private final Map<Long, Map<TargetKey, PushHistory>> triedBefore =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(
            final Map.Entry<Long, Map<TargetKey, PushHistory>> eldest) {
          return size() > MOST_SENDS_REMEMBERED;
        }
      };

  /// Sends up to this one were accepted by a former run.
  private final long lastOfFormerRun;

  SendLookups(
      final TrailStore trail,
      final SendLog log,
      final Audiences audiences,
      final LookupThreads threads,
      final Mailbox<DispatcherInput> mailbox,
      final long lastOfFormerRun) {
    this.trail = trail;
    this.log = log;
    this.audiences = audiences;
    this.threads = threads;
    this.mailbox = mailbox;
    this.lastOfFormerRun = lastOfFormerRun;
  }

  /// Reads the next page of a send's audience; the answer is [DispatcherInput.PageRead] or
  /// [DispatcherInput.PageFailed].
  void ask(
      final long sequence,
      final Send send,
      final Audience.Registered audience,
      final long after,
      final int most) {
    final var lane = send.lane();
    threads
        .of(lane)
        .execute(() -> {
          try {
            mailbox.put(
                lane,
                new DispatcherInput.PageRead(
                    sequence, audiences.page(audience, send, after, most)));
          } catch (final RuntimeException fault) {
            mailbox.put(lane, new DispatcherInput.PageFailed(sequence, fault));
          } catch (final Error fault) { // without an answer the send would wait for ever
            final var failed = new IllegalStateException("the look-up broke off", fault);
            mailbox.put(lane, new DispatcherInput.PageFailed(sequence, failed));
            throw fault;
          }
        });
  }

  /// What a row of a send needs; on the thread of the rows.
  ///
  /// @param read for its claim so far
  /// @param ofThisRun what is known of a row of this run
  RowInput input(
      final Waiting row,
      final StoredJob stored,
      final Send send,
      final ClaimCache read,
      final Supplier<PushHistory> ofThisRun) {
    final var state =
        read.states.computeIfAbsent(
            stored.sequence(),
            sequence -> log.progress(sequence).map(Progress::state).orElse(State.CANCELLED));
    if (row.target().equals(TargetKey.WHOLE)) {
      return new RowInput.Due(row, stored, state == State.SCHEDULED);
    }
    if (state == State.CANCELLED && row.why() != Reason.RELAY_HAS_IT) { // that is asked for
      return new RowInput.Gone(row, Reason.SEND_CANCELLED);
    }
    final var to =
        switch (send.to()) {
          case Audience.Addresses(var all) ->
              all.stream()
                  .filter(one -> one.key().equals(row.target()))
                  .findFirst()
                  .map(one -> new Audiences.Found(one, Optional.empty()));
          case Audience.Registered registered -> audiences.find(registered, send, row.target());
        };
    return to.<RowInput>map(found ->
            new RowInput.OfSend(row, stored, found.to(), found.own(), history(row, ofThisRun)))
        .orElseGet(() -> new RowInput.Gone(row, Reason.SIGNED_OUT));
  }

  /// The rows of a large send come back in many claims, and its trail is long: what is worth
  /// knowing of it is kept after the first one.
  private PushHistory history(final Waiting row, final Supplier<PushHistory> ofThisRun) {
    return row.event() <= lastOfFormerRun && !Pushing.isUncertain(row.why())
        ? triedBefore
            .computeIfAbsent(row.event(), send -> PushHistory.worthKnowing(trail.of(send)))
            .getOrDefault(row.target(), PushHistory.NOTHING_KNOWN)
        : ofThisRun.get();
  }
}

package dev.reveille.routing.port;

import dev.reveille.model.Audience;
import dev.reveille.model.Content;
import dev.reveille.model.EventClass;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.model.TimeScale;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Stores the progress of each send (a push to addresses that belong to no user). Written through
/// the journal: an accepted send begins at nothing, [Note.Advanced] moves it on, and the lines of
/// its targets are counted. Thread-safe; methods may block on the disk.
///
/// Targets are known by their number in the send's audience: addresses that stand in the send are
/// numbered from 1.
///
/// Events and sends are kept in days, which go as a whole when they are old. A send that lies far
/// ahead may outlive the day in which it was accepted, so it is kept beside the days until it is
/// over or cancelled; then its content is deleted, and what is left says when, of whom and for whom
/// it was. Its trail stands in the day in which it began.
public interface SendLog {
  /// What lies further ahead is kept beside the days: the shortest retention is one day.
  Duration FAR_AHEAD = TimeScale.divide(Duration.ofHours(24));

  /// How large one such send may be, in bytes as it is stored.
  int MOST_BYTES_OF_ONE = 65_536;

  /// How large all of them may be together.
  long MOST_BYTES_OF_ALL = 1L << 30;

  /// Whether a send that was accepted at this moment lies far ahead.
  static boolean isFarAhead(final Send send, final Instant accepted) {
    return send.notBefore().isAfter(accepted.plus(FAR_AHEAD));
  }

  /// What is left of a send that was kept beside the days, when it is over or cancelled: no content
  /// and no address.
  static StoredJob withoutContent(final StoredJob stored) {
    final var send = (Send) stored.job();
    final var to =
        switch (send.to()) {
          case Audience.Addresses(var all) -> new Audience.Registered("addresses", "", all.size());
          case Audience.Registered registered -> registered;
        };
    final var nothing = new SendContent.Neutral(EventClass.SILENT, "", "", Content.EMPTY);
    return new StoredJob(
        stored.sequence(),
        stored.at(),
        new Send(send.key(), send.life(), send.lane(), send.notBefore(), to, nothing));
  }

  /// The states of a send.
  enum State {
    /// Targets are left that were not begun, or not settled.
    GOES_ON(0),
    /// Each target is settled, or waits as a row.
    OVER(1),
    /// It was cancelled: no target is begun any more.
    CANCELLED(2),
    /// It waits for its moment as a row.
    SCHEDULED(3),
    /// Starts of the server crashed while they worked on it, or its audience could not be read
    /// until its time was over: no target is begun any more.
    GIVEN_UP(4);

    private final int number;

    State(final int number) {
      this.number = number;
    }

    /// Stands on disk: never changed and never given twice.
    public int number() {
      return number;
    }

    /// As people write it.
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Whether a send can come from the other state to this one: what is over begins no more, and
    /// what was cancelled stays so. Rows of a send that is over can be cancelled.
    public boolean isAfter(final State before) {
      return switch (before) {
        case GOES_ON, SCHEDULED -> true;
        case OVER, GIVEN_UP -> this == CANCELLED;
        case CANCELLED -> false;
      };
    }

    /// Whether targets are still to be begun.
    public boolean isOpen() {
      return this == GOES_ON || this == SCHEDULED;
    }
  }

  /// How far a send has come.
  ///
  /// @param reached each target up to this number is settled, or waits as a row
  /// @param maybeBegun targets up to this number may have been begun
  /// @param outcomes how many targets are settled with each [Outcome], by its word
  /// @param ofAnotherService how many of those up to `reached` belong to another push service than
  ///   the send, and got nothing
  record Progress(
      State state,
      long reached,
      long maybeBegun,
      Map<String, Long> outcomes,
      long ofAnotherService) {
    public Progress {
      outcomes = Map.copyOf(outcomes);
    }

    /// None was of another service.
    public Progress(
        final State state, final long reached, final long begun, final Map<String, Long> outcomes) {
      this(state, reached, begun, outcomes, 0);
    }

    /// How many targets are settled.
    public long settled() {
      return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /// What is left of a send that begins no more targets, and when it ended.
  ///
  /// @param waiting how many of its targets wait as rows; of a send that a version accepted which
  ///   did not count them, those that began to wait since
  /// @param lastSettled when a target was settled last; empty where none was, or it was not kept
  record Remainder(long waiting, Optional<Instant> lastSettled) {
    /// Nothing is known of it.
    public static final Remainder NONE = new Remainder(0, Optional.empty());

    /// The same after a line of its trail.
    public Remainder after(final TrailEntry line) {
      return switch (line) {
        case TrailEntry.Targets(_, var at, var targets) ->
            after(
                targets.stream().filter(TrailEntry.OfTarget::waits).count(),
                targets.stream().anyMatch(TrailEntry.OfTarget::settled),
                at);
        case TrailEntry.Later later
            when later.settled() && !later.target().equals(TargetKey.WHOLE) ->
            after(-1, true, later.at()); // only what waited is told later
        case TrailEntry.Later _, TrailEntry.Opening _, TrailEntry.NoDevice _ -> this;
      };
    }

    private Remainder after(final long more, final boolean settles, final Instant at) {
      final boolean isLast = settles && lastSettled.filter(at::isBefore).isEmpty();
      return new Remainder(Math.max(0, waiting + more), isLast ? Optional.of(at) : lastSettled);
    }
  }

  /// How many targets of a send are settled alike.
  ///
  /// @param outcome an [Outcome], by its word
  /// @param why the code of the [dev.reveille.model.Reason]; "" where a version that did not count
  ///   reasons counted
  /// @param service the word of the [dev.reveille.model.PushService]; "" where it was not known, or
  ///   a version that did not count services counted
  record Settled(String outcome, String why, String service, long count) {
    /// Under which the end of a target is counted.
    public static String key(final List<TrailEntry.Try> tries, final String service) {
      final var end =
          tries.isEmpty()
              ? Outcome.UNCERTAIN.word()
              : tries.getLast().outcome() + " " + tries.getLast().why().code();
      return tries.isEmpty() || service.isEmpty() ? end : end + " " + service;
    }

    /// Counts by their keys, in no order.
    public static List<Settled> all(final Map<String, Long> counts) {
      return counts.entrySet().stream()
          .map(one -> {
            final var words = one.getKey().split(" ", 3);
            return new Settled(
                words[0],
                words.length > 1 ? words[1] : "",
                words.length > 2 ? words[2] : "",
                one.getValue());
          })
          .toList();
    }

    /// Counts by their keys, put together by outcome alone.
    public static Map<String, Long> byOutcome(final Map<String, Long> counts) {
      final Map<String, Long> outcomes = new HashMap<>();
      all(counts).forEach(one -> outcomes.merge(one.outcome(), one.count(), Long::sum));
      return outcomes;
    }
  }

  /// A send that a former run accepted and did not finish.
  ///
  /// @param done targets above `reached` that need nothing more
  record Unfinished(
      StoredJob send, long reached, long maybeBegun, Set<Long> done, long ofAnotherService) {
    /// None was of another service.
    public Unfinished(
        final StoredJob send, final long reached, final long begun, final Set<Long> done) {
      this(send, reached, begun, done, 0);
    }
  }

  /// Empty for what is no send, or was forgotten when its life was over. May read the disk.
  Optional<Progress> progress(long send);

  /// How its targets were settled, and why, each triple of both and a push service once; empty for
  /// what is no send. May read the disk.
  List<Settled> settled(long send);

  /// What is left of it; [Remainder#NONE] for what is no send. May read the disk.
  Remainder remainder(long send);

  /// How many bytes a send takes as it is stored. Cheap.
  long size(Send send);

  /// How many bytes are kept beside the days. Cheap.
  long bytesFarAhead();

  /// Sends of former runs that go on, in order. Read once, before the first append.
  List<Unfinished> unfinished();
}

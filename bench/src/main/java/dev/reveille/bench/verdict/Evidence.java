package dev.reveille.bench.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.phone.Arrival;
import dev.reveille.simulators.phone.ReadingDelay;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Everything that was recorded during a crash campaign, uninterpreted. [Verdict] judges it.
///
/// @param ringsFor how long each call may ring
/// @param arrivals what reached the phones, each phone's in its order
/// @param pushes what Apple's simulator got, in its order, but for pushes of sends
/// @param sends pushes to addresses that belong to no user, and what came of each
/// @param trails by public id of the event; an event that the server does not know has none
/// @param readings how late the process of Apple and the phones read, over the whole campaign
/// @param opened when the phones that slept during the drain were opened
/// @param said what the server wrote for operators
public record Evidence(
    Duration ringsFor,
    List<HandsetInUse> handsets,
    List<HandIn> handIns,
    List<End> ends,
    List<Kill> kills,
    List<Arrival> arrivals,
    List<ArrivedPush> pushes,
    List<SendOut> sends,
    Map<String, JsonNode> trails,
    List<ReadingDelay.Sample> readings,
    Instant opened,
    List<Said> said,
    ContentScan scan) {

  private static final Duration AROUND = Duration.ofMillis(100);

  public Evidence {
    handsets = List.copyOf(handsets);
    handIns = List.copyOf(handIns);
    ends = List.copyOf(ends);
    kills = List.copyOf(kills);
    arrivals = List.copyOf(arrivals);
    pushes = List.copyOf(pushes);
    sends = List.copyOf(sends);
    trails = Map.copyOf(trails);
    readings = List.copyOf(readings);
    said = List.copyOf(said);
  }

  /// A phone of the campaign.
  ///
  /// @param slept it was left asleep until [Evidence#opened]
  public record HandsetInUse(String name, String user, String installation, boolean slept) {}

  /// One event as its sender knows it.
  ///
  /// @param source with `id` the sender's own name of it, the same in each repeat of the hand-in
  /// @param text the words of a message; "" for a call
  /// @param call the UUID of a call; "" for a message
  /// @param kept when it was answered as kept; [Instant#MAX] when it never was
  /// @param events the public ids it was answered with: one, however often it was handed in
  /// @param refused answers that were neither a success nor a wish to come back later
  public record HandIn(
      String source,
      String id,
      String text,
      String call,
      List<String> users,
      Instant kept,
      List<String> events,
      List<String> refused) {
    public HandIn {
      users = List.copyOf(users);
      events = List.copyOf(events);
      refused = List.copyOf(refused);
    }

    /// For a finding.
    String name() {
      return source + " " + id + (isCall() ? ", call " + call : "");
    }

    public boolean isCall() {
      return !call.isEmpty();
    }

    public boolean isKept() {
      return !events.isEmpty();
    }
  }

  /// One send as its sender knows it, what came to Apple's simulator, and its trail. Targets have
  /// the numbers from 1 to `size`.
  ///
  /// @param kept when it was answered as kept; [Instant#MAX] when it never was
  /// @param notBefore no push may leave before
  /// @param cancelled when it was answered that it is cancelled; [Instant#MAX] when it never was
  /// @param came all pushes, whatever Apple answered, in their order
  /// @param tries lines of its trail
  /// @param refused answers that were neither a success nor a wish to come back later
  public record SendOut(
      String id,
      int size,
      Instant kept,
      Instant notBefore,
      Instant cancelled,
      List<Came> came,
      List<TrailLine> tries,
      List<String> refused) {
    public SendOut {
      came = List.copyOf(came);
      tries = List.copyOf(tries);
      refused = List.copyOf(refused);
    }

    public boolean isKept() {
      return !kept.equals(Instant.MAX);
    }

    public boolean isCancelled() {
      return !cancelled.equals(Instant.MAX);
    }
  }

  /// A push of a send at Apple's simulator.
  ///
  /// @param status that Apple answered; 0 when it gave no answer
  /// @param seen false when Apple said that it did not look at it, so that its repeat needs no word
  public record Came(int target, Instant at, int status, boolean seen) {}

  /// A line of a send's trail about a push to a target.
  ///
  /// @param why the reason's code
  /// @param settled nothing more is to come for the target
  public record TrailLine(int target, Instant at, String outcome, String why, boolean settled) {}

  /// The end of a call was confirmed by the server.
  ///
  /// @param user for whom it is over; "" for all
  /// @param asked when it was asked for: from then on the call may have been over
  /// @param at when it was confirmed: from then on it was
  public record End(String call, String user, Instant asked, Instant at) {
    boolean concerns(final String other) {
      return user.isEmpty() || user.equals(other);
    }
  }

  /// The server was killed.
  ///
  /// @param sent when the signal was sent
  /// @param gone when the process was seen to be gone
  /// @param ready when its successor was ready
  public record Kill(Instant sent, Instant gone, Instant ready) {}

  /// Something for operators to read.
  ///
  /// @param where for a finding: the log, the metrics, the trail of which event
  public record Said(String where, String text) {
    public static final String METRICS = "the metrics";
  }

  /// When what was read at this moment may have reached the process of Apple and the phones: it
  /// read so much later just then.
  Instant reached(final Instant read) {
    final var from = read.minus(AROUND);
    final var until = read.plus(AROUND);
    return readings.stream()
        .filter(one -> one.read().isAfter(from) && one.read().isBefore(until))
        .map(one -> read.minus(Duration.between(one.written(), one.read())))
        .min(Comparator.naturalOrder())
        .orElse(read);
  }

  /// How long the server was up between two moments.
  Duration upTime(final Instant from, final Instant until) {
    var up = Duration.between(from, until);
    for (final var kill : kills) {
      final var down = kill.sent().isAfter(from) ? kill.sent() : from;
      final var back = kill.ready().isBefore(until) ? kill.ready() : until;
      up = back.isAfter(down) ? up.minus(Duration.between(down, back)) : up;
    }
    return up;
  }

  /// Which events this campaign handed in and was told to be kept.
  public List<HandIn> kept() {
    return handIns.stream().filter(HandIn::isKept).toList();
  }
}

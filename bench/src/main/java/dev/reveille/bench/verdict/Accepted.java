package dev.reveille.bench.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.bench.verdict.Evidence.HandIn;
import dev.reveille.bench.verdict.Evidence.HandsetInUse;
import dev.reveille.simulators.phone.Arrival;
import dev.reveille.simulators.phone.Arrival.Kind;
import dev.reveille.simulators.phone.CallLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Checks that what was accepted arrived, by content: each message's words once at each of its
/// recipients, each call's ring at each of its recipients unless it was over too soon. Pure
/// functions.
final class Accepted {
  /// Between two tries of a call's push, and a second for a machine that is busy with a start.
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /// So often the server repeats a push that may have arrived.
  private static final int MOST_REPEATS = 2;

  private static final int TAKEN = 200;

  /// By phone, then by words or by call.
  private final Map<String, Map<String, List<Arrival>>> said = new HashMap<>();

  /// Apple's ids of the pushes that came to a phone.
  private final Set<String> arrived = new HashSet<>();

  private final Evidence evidence;

  private Accepted(final Evidence evidence) {
    this.evidence = evidence;
    for (final var arrival : evidence.arrivals()) {
      arrived.add(arrival.platformId());
      final var key = arrival.rings() ? arrival.call() : arrival.text();
      if (!key.isEmpty()) {
        said.computeIfAbsent(arrival.phone(), _ -> new HashMap<>())
            .computeIfAbsent(key, _ -> new ArrayList<>())
            .add(arrival);
      }
    }
  }

  private List<Arrival> at(final HandsetInUse handset, final HandIn handIn) {
    return said.getOrDefault(handset.name(), Map.of())
        .getOrDefault(handIn.isCall() ? handIn.call() : handIn.text(), List.of());
  }

  private List<HandsetInUse> recipients(final HandIn handIn) {
    return evidence.handsets().stream()
        .filter(handset -> handIn.users().contains(handset.user()))
        .toList();
  }

  static List<String> lost(final Evidence evidence) {
    final var index = new Accepted(evidence);
    final var lost = new ArrayList<String>();
    for (final var handIn : evidence.kept()) {
      for (final var event : handIn.events()) {
        if (!evidence.trails().containsKey(event)) {
          lost.add(
              handIn.name() + " was answered as " + event + ", which the server does not know");
        } else if (!Trails.isOf(evidence, event, handIn)) {
          lost.add(handIn.name() + " was answered as " + event + ", which is another event");
        }
      }
      for (final var handset : index.recipients(handIn)) {
        final var arrivals = index.at(handset, handIn);
        if (handIn.isCall()) {
          final var rings = index.ringsInTime(arrivals, handset);
          if (rings.isEmpty()
              && !index.isOverSoon(handIn, handset)
              && !index.hadNoTime(handIn, handset)) {
            lost.add(handIn.name() + " never rang at " + handset.name());
          }
        } else if (arrivals.isEmpty()) {
          lost.add("\"" + handIn.text() + "\" never came to " + handset.name());
        } else if (arrivals.stream().noneMatch(one -> one.kind() == Kind.MESSAGE)) {
          lost.add("\"" + handIn.text() + "\" never came to the inbox of " + handset.name());
        } else if (index.cameOnlyWhenLooked(handset, arrivals)
            && !index.wasRepeatedInVain(handIn, handset)) {
          lost.add("\"" + handIn.text() + "\" came to " + handset.name() + " only when it looked");
        }
      }
    }
    return lost;
  }

  private boolean cameOnlyWhenLooked(final HandsetInUse handset, final List<Arrival> arrivals) {
    return handset.slept()
        && !arrivals.isEmpty()
        && arrivals.stream().allMatch(one -> one.at().isAfter(evidence.opened()));
  }

  /// Its push and both repeats broke off without an answer, which the trail says, and Apple took
  /// none: a push that may have arrived is repeated twice and no more.
  private boolean wasRepeatedInVain(final HandIn message, final HandsetInUse handset) {
    final var outcomes =
        pushLines(message, handset).map(line -> line.path("outcome").asText()).toList();
    return Collections.frequency(outcomes, "uncertain") > MOST_REPEATS
        && !outcomes.contains("handed-over")
        && evidence.pushes().stream()
            .filter(push -> push.status() == TAKEN)
            .filter(push -> message.events().contains(Repeats.event(push)))
            .allMatch(push -> arrived.contains(push.header("apns-id")));
  }

  /// How many messages came to a phone that slept only when it looked, since each push broke off.
  static long repeatedInVain(final Evidence evidence) {
    final var index = new Accepted(evidence);
    return evidence.kept().stream()
        .filter(message -> !message.isCall())
        .flatMap(message ->
            index.recipients(message).stream()
                .filter(handset ->
                    index.cameOnlyWhenLooked(handset, index.at(handset, message))
                        && index.wasRepeatedInVain(message, handset)))
        .count();
  }

  /// It was over before half of its time to ring, so that it may have been over before it rang;
  /// unless Apple had taken its push well before.
  private boolean isOverSoon(final HandIn call, final HandsetInUse handset) {
    final var over = overFrom(call, handset);
    return over.isBefore(call.kept().plus(evidence.ringsFor().dividedBy(2)))
        && !wasTaken(call, handset, over.minus(CallLedger.CROSSING));
  }

  /// From when the call may have been over for this phone.
  private Instant overFrom(final HandIn call, final HandsetInUse handset) {
    var over = call.kept().plus(evidence.ringsFor());
    for (final var end : evidence.ends()) {
      final boolean ours = end.call().equals(call.call()) && end.concerns(handset.user());
      over = ours && end.asked().isBefore(over) ? end.asked() : over;
    }
    for (final var arrival : evidence.arrivals()) { // one whose answer was cut off, for all others
      final boolean ends = arrival.kind() == Kind.END && arrival.call().equals(call.call());
      over = ends && !isDecline(arrival) && arrival.at().isBefore(over) ? arrival.at() : over;
    }
    return over;
  }

  private static boolean isDecline(final Arrival end) {
    return end.raw().toString().contains("declined");
  }

  private boolean wasTaken(final HandIn call, final HandsetInUse handset, final Instant before) {
    return pushLines(call, handset)
        .filter(line -> line.path("outcome").asText().equals("handed-over"))
        .anyMatch(line -> Trails.at(line).isBefore(before));
  }

  private Stream<JsonNode> pushLines(final HandIn call, final HandsetInUse handset) {
    return call.events().stream()
        .flatMap(event -> Trails.pushLines(Trails.device(evidence, event, handset.installation())));
  }

  /// Without those that a phone learned of only because it was opened at the end.
  private List<Arrival> ringsInTime(final List<Arrival> rings, final HandsetInUse handset) {
    return rings.stream()
        .filter(ring -> !handset.slept() || ring.at().isBefore(evidence.opened()))
        .toList();
  }

  /// It rang, but first when the server had been up for half of the time to ring.
  private boolean rangTooLate(final HandIn call, final List<Arrival> rings) {
    final var first = rings.stream().map(Arrival::at).min(Comparator.naturalOrder());
    return first.isPresent()
        && evidence
                .upTime(call.kept(), evidence.reached(first.get()))
                .compareTo(evidence.ringsFor().dividedBy(2))
            >= 0;
  }

  /// Calls that rang only after half of their time.
  static List<String> slow(final Evidence evidence) {
    final var index = new Accepted(evidence);
    final var slow = new ArrayList<String>();
    for (final var call : evidence.kept()) {
      for (final var handset : call.isCall() ? index.recipients(call) : List.<HandsetInUse>of()) {
        if (index.rangTooLate(call, index.ringsInTime(index.at(handset, call), handset))) {
          slow.add(call.name() + " rang at " + handset.name() + " after half of its time");
        }
      }
    }
    return slow;
  }

  /// How many rings did not come since the server was killed before each next try.
  static long withoutTime(final Evidence evidence) {
    final var index = new Accepted(evidence);
    return evidence.kept().stream()
        .filter(HandIn::isCall)
        .flatMap(call ->
            index.recipients(call).stream()
                .filter(handset ->
                    index.ringsInTime(index.at(handset, call), handset).isEmpty()
                        && !index.isOverSoon(call, handset)
                        && index.hadNoTime(call, handset)))
        .count();
  }

  /// The last try came to nothing, which the trail says, and until the call was over the server was
  /// not up for as long as it may wait before it tries again.
  private boolean hadNoTime(final HandIn call, final HandsetInUse handset) {
    final var lines = pushLines(call, handset).toList();
    if (lines.stream().anyMatch(line -> line.path("outcome").asText().equals("handed-over"))) {
      return false;
    }
    final var over = overFrom(call, handset);
    return lines.stream()
        .filter(Trails::isRepeatable)
        .map(Trails::at)
        .max(Comparator.naturalOrder())
        .filter(tried -> tried.isBefore(over))
        .filter(tried -> evidence.upTime(tried, over).compareTo(LONGEST_PAUSE) < 0)
        .isPresent();
  }

  static List<String> doubled(final Evidence evidence) {
    final var index = new Accepted(evidence);
    final var doubled = new ArrayList<String>();
    for (final var handIn : evidence.kept()) {
      final Set<String> answered = new TreeSet<>(handIn.events());
      answered.removeIf(event -> !Trails.isOf(evidence, event, handIn));
      if (answered.size() > 1) {
        doubled.add(handIn.name() + " was answered as " + answered);
      }
      for (final var handset : index.recipients(handIn)) {
        final Set<String> events = new TreeSet<>();
        index.at(handset, handIn).forEach(arrival -> events.add(arrival.event()));
        if (events.size() > 1) {
          doubled.add(handIn.name() + " came to " + handset.name() + " as " + events);
        }
      }
    }
    doubled.addAll(twiceOnOneChannel(evidence));
    return doubled;
  }

  private static List<String> twiceOnOneChannel(final Evidence evidence) {
    record Place(String phone, int channel, String event) {}
    final var seen = new HashSet<Place>();
    return evidence.arrivals().stream()
        .filter(one -> one.kind() == Kind.MESSAGE || one.kind() == Kind.CHANGE)
        .filter(one -> !seen.add(new Place(one.phone(), one.channel(), one.event())))
        .map(one -> one.event() + " came twice on one channel of " + one.phone())
        .toList();
  }

  static List<String> refused(final Evidence evidence) {
    final var refused = new ArrayList<String>();
    for (final var handIn : evidence.handIns()) {
      handIn.refused().forEach(answer -> refused.add(handIn.name() + ": " + answer));
      if (!handIn.isKept() && handIn.refused().isEmpty()) {
        refused.add(handIn.name() + " was never answered");
      }
    }
    return refused;
  }
}

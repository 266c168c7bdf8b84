package dev.reveille.bench.verdict;

import dev.reveille.bench.verdict.Evidence.End;
import dev.reveille.bench.verdict.Evidence.HandsetInUse;
import dev.reveille.simulators.phone.Arrival;
import dev.reveille.simulators.phone.Arrival.Kind;
import dev.reveille.simulators.phone.Arrival.Way;
import dev.reveille.simulators.phone.CallLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Checks that calls rang once, in time, and under one UUID; and that pushes came no more often
/// than their trail accounts for. Pure functions.
final class Rings {
  private record Told(String phone, String event) {}

  private Rings() {}

  // ---- late ------------------------------------------------------------------------------------

  static List<String> late(final Evidence evidence) {
    final var users = new HashMap<String, String>();
    evidence.handsets().forEach(handset -> users.put(handset.name(), handset.user()));
    final Map<String, List<End>> ends = new HashMap<>();
    evidence
        .ends()
        .forEach(end -> ends.computeIfAbsent(end.call(), _ -> new ArrayList<>()).add(end));
    for (final var call : evidence.kept()) {
      if (call.isCall()) { // accepted before it was answered, so its time is over by then
        final var until = call.kept().plus(evidence.ringsFor());
        final var over = new End(call.call(), "", until, until);
        ends.computeIfAbsent(call.call(), _ -> new ArrayList<>()).add(over);
      }
    }
    final Map<Told, Instant> heard = new HashMap<>(); // the end, at the phone itself
    final var late = new ArrayList<String>(Accepted.slow(evidence));
    for (final var arrival : evidence.arrivals()) {
      final var here = new Told(arrival.phone(), arrival.call());
      if (arrival.kind() == Kind.END) {
        heard.putIfAbsent(here, arrival.at());
      } else if (arrival.rings()) {
        final var user = users.getOrDefault(arrival.phone(), "");
        Instant end = heard.getOrDefault(here, Instant.MAX);
        var whose = "the end that it was told";
        for (final var one : ends.getOrDefault(arrival.call(), List.of())) {
          if (one.concerns(user) && one.at().isBefore(end)) {
            end = one.at();
            whose = one.user().isEmpty() ? "the end for all" : "the end for its user";
          }
        }
        if (end != Instant.MAX
            && arrival.at().isAfter(end.plus(CallLedger.CROSSING))
            && left(evidence, arrival).isAfter(end.plus(CallLedger.CROSSING))) {
          late.add(
              arrival.call()
                  + " rang at "
                  + arrival.phone()
                  + " by "
                  + arrival.way()
                  + ", "
                  + Duration.between(end, left(evidence, arrival)).toMillis()
                  + " ms after "
                  + whose
                  + ", delays taken off");
        }
      }
    }
    return late;
  }

  /// When it had left the server: for a push, when Apple got it, since what Apple and the phone
  /// need after that is not the server's; for a frame, when the phone read it. Either way less what
  /// the process of Apple and the phones was late in reading.
  private static Instant left(final Evidence evidence, final Arrival arrival) {
    final var atApple = arrival.raw().path("time").asText("");
    return evidence.reached(
        arrival.way() == Way.PUSH && !atApple.isEmpty() ? Instant.parse(atApple) : arrival.at());
  }

  // ---- too often -------------------------------------------------------------------------------

  static List<String> beyond(final Evidence evidence) {
    final var beyond = new ArrayList<String>(secondRings(evidence));
    beyond.addAll(framesTwice(evidence));
    beyond.addAll(pushesBeyond(evidence));
    return beyond;
  }

  /// The call screen of each phone, replayed.
  private static List<String> secondRings(final Evidence evidence) {
    final Map<String, CallLedger> screens = new LinkedHashMap<>();
    for (final var arrival : evidence.arrivals()) {
      final var screen = screens.computeIfAbsent(arrival.phone(), _ -> new CallLedger());
      if (arrival.rings()) {
        screen.ring(arrival.event(), arrival.call(), Optional.empty(), arrival.at());
      } else if (arrival.kind() == Kind.END) {
        screen.over(arrival.call(), arrival.at());
      }
    }
    final var second = new ArrayList<String>();
    screens.forEach((phone, screen) ->
        screen
            .ringsPerEvent()
            .forEach((event, rings) -> {
              if (rings > 1) {
                second.add(phone + " rang " + rings + " times for " + event);
              }
            }));
    return second;
  }

  private static List<String> framesTwice(final Evidence evidence) {
    // The state of a call may be told beside the call itself when a channel opens just then. What
    // an
    // app asks for it gets each time it asks: each push wakes it once.
    record Place(String phone, int channel, Way way, String event) {}
    final Map<Place, Integer> frames = new LinkedHashMap<>();
    evidence.arrivals().stream()
        .filter(one -> one.rings() && one.way() == Way.FRAME)
        .map(one -> new Place(one.phone(), one.channel(), one.way(), one.event()))
        .forEach(place -> frames.merge(place, 1, Integer::sum));
    return frames.entrySet().stream()
        .filter(entry -> entry.getValue() > 1)
        .map(entry ->
            entry.getKey().event()
                + " rang "
                + entry.getValue()
                + " times by "
                + entry.getKey().way()
                + " on one channel of "
                + entry.getKey().phone())
        .toList();
  }

  private static List<String> pushesBeyond(final Evidence evidence) {
    final var installations = new HashMap<String, HandsetInUse>();
    evidence.handsets().forEach(handset -> installations.put(handset.name(), handset));
    final Map<Told, Integer> pushes = new LinkedHashMap<>();
    evidence.arrivals().stream()
        .filter(one -> one.way() == Way.PUSH && !one.event().isEmpty())
        .forEach(one -> pushes.merge(new Told(one.phone(), one.event()), 1, Integer::sum));
    final var beyond = new ArrayList<String>();
    pushes.forEach((told, count) -> {
      final var handset = installations.get(told.phone());
      if (count > 1 && handset != null) {
        final int repeats = Trails.repeats(evidence, told.event(), handset.installation());
        if (count > 1 + repeats) {
          beyond.add(
              told.event()
                  + " was pushed "
                  + count
                  + " times to "
                  + told.phone()
                  + ", its trail says why "
                  + repeats
                  + " times");
        }
      }
    });
    return beyond;
  }

  // ---- one UUID --------------------------------------------------------------------------------

  static List<String> uuids(final Evidence evidence) {
    final Map<String, Set<String>> perEvent = new LinkedHashMap<>();
    for (final var call : evidence.kept()) {
      call.events().stream()
          .filter(_ -> call.isCall())
          .forEach(event -> perEvent.computeIfAbsent(event, _ -> new TreeSet<>()).add(call.call()));
    }
    final Map<Told, Set<String>> ids = new LinkedHashMap<>();
    for (final var arrival : evidence.arrivals()) {
      if (arrival.rings()) {
        perEvent.computeIfAbsent(arrival.event(), _ -> new TreeSet<>()).add(arrival.call());
      }
      if (arrival.way() == Way.PUSH && !arrival.event().isEmpty()) {
        ids.computeIfAbsent(new Told(arrival.phone(), arrival.event()), _ -> new TreeSet<>())
            .add(arrival.platformId());
      }
    }
    final var found = new ArrayList<String>();
    perEvent.forEach((event, calls) -> {
      if (calls.size() > 1) {
        found.add(event + " rang as " + calls);
      }
    });
    ids.forEach((told, some) -> {
      if (some.size() > 1) {
        found.add(told.event() + " was pushed to " + told.phone() + " as " + some);
      }
    });
    return found;
  }
}

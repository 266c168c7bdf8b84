package dev.reveille.bench.verdict;

import dev.reveille.bench.verdict.Evidence.HandIn;
import dev.reveille.simulators.phone.Arrival;
import dev.reveille.simulators.phone.Arrival.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Checks that what came to a phone was meant for its user: each ring by its UUID, each message by
/// its words, each missed call by the call. Pure functions.
final class Recipients {
  private static final String MISSED = ":missed";

  private final Evidence evidence;
  private final Map<String, Set<String>> meantFor = new HashMap<>(); // by UUID, by words

  private Recipients(final Evidence evidence) {
    this.evidence = evidence;
    for (final var handIn : evidence.handIns()) {
      meantFor.computeIfAbsent(words(handIn), _ -> new TreeSet<>()).addAll(handIn.users());
    }
  }

  private static String words(final HandIn handIn) {
    return handIn.isCall() ? handIn.call() : handIn.text();
  }

  static List<String> astray(final Evidence evidence) {
    final var recipients = new Recipients(evidence);
    final var users = new HashMap<String, String>();
    evidence.handsets().forEach(handset -> users.put(handset.name(), handset.user()));
    final var astray = new ArrayList<String>();
    for (final var arrival : evidence.arrivals()) {
      final var words = recipients.words(arrival);
      if (words.isEmpty()) {
        continue; // an end or a change: it tells of what came before
      }
      final var meant = recipients.meantFor.get(words);
      final var user = users.getOrDefault(arrival.phone(), "");
      if (meant == null) {
        astray.add(arrival.phone() + " got " + name(arrival) + ", which was not handed in");
      } else if (!meant.contains(user)) {
        astray.add(arrival.phone() + " got " + name(arrival) + ", which was meant for " + meant);
      }
    }
    return astray;
  }

  private static String name(final Arrival arrival) {
    return arrival.kind()
        + " "
        + arrival.event()
        + (arrival.call().isEmpty() ? "" : ", call " + arrival.call());
  }

  /// What tells whom it was meant for.
  private String words(final Arrival arrival) {
    if (arrival.rings()) {
      return arrival.call();
    }
    if (arrival.kind() != Kind.MESSAGE && arrival.kind() != Kind.ALERT) {
      return "";
    }
    final var trail = evidence.trails().get(arrival.event());
    if (trail != null && trail.at("/event/source").asText().endsWith(MISSED)) {
      return trail.at("/event/id").asText();
    }
    return arrival.text();
  }
}

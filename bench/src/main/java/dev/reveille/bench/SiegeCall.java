package dev.reveille.bench;

import java.util.ArrayList;
import java.util.List;

/// One call of the victim and everything that came of it, in the order of arrival. Thread-safe.
final class SiegeCall {
  /// One arrival of its ring.
  ///
  /// @param state a phone that came back was told what rings: a repeat that the protocol allows
  record Arrival(String phone, boolean state, long micros) {}

  final String id;
  final String phone;

  /// Handed in on a connection of its own, whose handshake counts.
  final boolean isFresh;

  private long sentMicros;
  private String answer = "none";
  private final List<Arrival> arrivals = new ArrayList<>();

  SiegeCall(final String id, final String phone, final boolean isFresh) {
    this.id = id;
    this.phone = phone;
    this.isFresh = isFresh;
  }

  synchronized void sent(final long micros) {
    sentMicros = micros;
  }

  /// @param told `202`, or what was answered or happened instead
  synchronized void answered(final String told) {
    answer = told;
  }

  synchronized void arrived(final Arrival arrival) {
    arrivals.add(arrival);
  }

  synchronized boolean isAnswered() {
    return !answer.equals("none");
  }

  synchronized boolean hasArrived() {
    return !arrivals.isEmpty();
  }

  synchronized Fact fact() {
    return new Fact(id, phone, isFresh, sentMicros, answer, List.copyOf(arrivals));
  }

  /// The raw record, from which verdicts are computed.
  record Fact(
      String id,
      String phone,
      boolean isFresh,
      long sentMicros,
      String answer,
      List<Arrival> arrivals) {
    /// Accepted, and exactly once at its phone and nowhere else.
    boolean isExact() {
      final long pushed = arrivals.stream().filter(one -> !one.state).count();
      return answer.equals("202")
          && !arrivals.isEmpty()
          && pushed <= 1
          && arrivals.stream().allMatch(one -> one.phone.equals(phone));
    }

    /// Until its first arrival; NaN when there is none.
    double millis() {
      return arrivals.stream()
          .mapToDouble(one -> (one.micros - sentMicros) / 1_000.0)
          .min()
          .orElse(Double.NaN);
    }
  }
}

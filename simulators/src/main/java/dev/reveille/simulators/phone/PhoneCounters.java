package dev.reveille.simulators.phone;

import java.util.List;
import java.util.Map;

/// The counts of a phone since it began.
///
/// @param rings how often it rang
/// @param folded frames and pushes of a call that was ringing or had rung
/// @param messages entries downloaded, each event once
/// @param repeats entries that came again on a later channel
/// @param alerts alerts shown, without those that replaced another
/// @param pushes what arrived from the push service
/// @param ringsPerEvent how often it rang for each event; more than one is a second ring
/// @param violations rules that were broken, each with its detail
public record PhoneCounters(
    int rings,
    int folded,
    int callsOver,
    int messages,
    int repeats,
    int alerts,
    int replaced,
    int pushes,
    int connects,
    int gaps,
    List<String> violations,
    Map<String, Integer> ringsPerEvent) {
  public PhoneCounters {
    violations = List.copyOf(violations);
    ringsPerEvent = Map.copyOf(ringsPerEvent);
  }
}

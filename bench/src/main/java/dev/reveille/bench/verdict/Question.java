package dev.reveille.bench.verdict;

import java.util.List;
import java.util.function.Function;

/// The questions that a [Verdict] asks of the evidence of a campaign. Each answers with what it
/// found wrong, in words.
public enum Question {
  /// What was accepted and did not reach its recipient.
  LOST("events lost", Accepted::lost),
  /// What was accepted once and reached its recipient as two.
  DOUBLED("events doubled", Accepted::doubled),
  /// What came to a phone whose user it was not meant for, or was never handed in.
  ASTRAY("arrivals at the wrong phone", Recipients::astray),
  /// Rings later than [dev.reveille.simulators.phone.CallLedger#CROSSING] after the end, and first
  /// rings after half of the call's time.
  LATE("rings too late", Rings::late),
  /// Second rings, and pushes more often than the trail accounts for.
  BEYOND("second rings and pushes beyond their trail", Rings::beyond),
  /// One event, one UUID: in all repeats, at all phones.
  UUID("calls with more than one UUID", Rings::uuids),
  /// Accepted events of which the trail of a device does not come to an end.
  UNSETTLED("unsettled trails", Trails::unsettled),
  /// Names, words, tokens or keys in what operators read.
  CONTENT("content in log, metrics and trails", Operators::content),
  /// Hand-ins that were refused for good, or never answered.
  REFUSED("hand-ins refused", Accepted::refused),
  /// Severe lines in the log and faults in the metrics.
  FAULTS("faults of the server", Operators::faults),
  /// Targets of an accepted send, which was not cancelled, that got nothing.
  MISSING("targets of sends missing", SendTargets::missing),
  /// Targets of sends that were told more often than the trail says why.
  UNTOLD("targets of sends repeated without a word", SendTargets::untold),
  /// Targets of sends that were told after a kill, though the trail knew before it what became of
  /// them.
  AGAIN("targets of sends told again after their end", SendTargets::again),
  /// Kills at which more targets of one send were under way than a send may have.
  IN_FLIGHT("kills with too many targets of a send under way", SendTargets::inFlight),
  /// Targets that were begun after a kill, of sends whose cancel was answered before it.
  CANCELLED("targets of cancelled sends begun after a kill", SendTargets::cancelled),
  /// Targets of scheduled sends that were told before the send's moment.
  EARLY("targets of sends told too early", SendTargets::early);

  private final String words;
  private final Function<Evidence, List<String>> finding;

  Question(final String words, final Function<Evidence, List<String>> finding) {
    this.words = words;
    this.finding = finding;
  }

  public String words() {
    return words;
  }

  List<String> findings(final Evidence evidence) {
    return finding.apply(evidence);
  }
}

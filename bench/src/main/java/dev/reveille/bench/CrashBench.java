package dev.reveille.bench;

import dev.reveille.bench.verdict.Evidence;
import dev.reveille.bench.verdict.Evidence.HandIn;
import dev.reveille.bench.verdict.Evidence.SendOut;
import dev.reveille.bench.verdict.Question;
import dev.reveille.bench.verdict.Repeats;
import dev.reveille.bench.verdict.Verdict;
import dev.reveille.simulators.phone.Arrival;
import dev.reveille.simulators.phone.Arrival.Way;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;

/// Kills the server (kill -9) at random moments under load, while Apple's simulator makes faults;
/// then looks for everything that was accepted at the phones, in the trails and in what operators
/// read.
///
/// [CrashCampaign] writes down what happened, [Verdict] judges what was written down.
final class CrashBench {
  private static final String CONFIGURATION = "limits: {registrations-per-minute: 100000}\n";
  private static final int FINDINGS_SHOWN = 5;
  private static final double GOAL_PUSHES_A_SECOND = 1_000;
  private static final double STRETCH_PUSHES_A_SECOND = 2_000;

  /// Between two kills.
  private static final double LEAST_BY_CERTIFICATE = 5_000;

  private final PrintStream progress;
  private final long seed;

  CrashBench(final PrintStream progress, final long seed) {
    this.progress = progress;
    this.seed = seed;
  }

  /// @param rotate whether key and certificate of the sends' app change all the time, too
  Report run(final int kills, final boolean rotate) throws IOException, InterruptedException {
    progress.println("seed " + seed);
    final var folder = Files.createTempDirectory("reveille-crash-");
    boolean keep = true;
    final int port = SendsApi.freePort();
    try (var server = new ServerProcess(folder, CONFIGURATION, "", SendsApi.otherPorts(port))) {
      final var plan = CrashPlan.of(kills, seed);
      final var campaign = new CrashCampaign(rotate ? plan.rotatingCredentials() : plan, port);
      final var counting = new Progress(progress, "kills", kills);
      final var evidence = campaign.run(server, counting::step);
      counting.end();
      final var report = report(kills, evidence, campaign);
      if (rotate) {
        rotation(
            report,
            kills,
            new Rotated(
                campaign.keyChanges(),
                campaign.certificateChanges(),
                campaign.byCertificate(),
                campaign.pushesPerSecond()));
      }
      keep = !report.allMet();
      return report;
    } finally {
      if (keep) {
        progress.println("data and log are kept in " + folder);
      } else {
        BenchStage.remove(folder);
      }
    }
  }

  private Report report(final int kills, final Evidence evidence, final CrashCampaign campaign) {
    final var report = new Report("crash", kills, 1);
    final var kept = evidence.kept();
    report.figure("events accepted", "", kept.size());
    report.figure("calls accepted", "", kept.stream().filter(HandIn::isCall).count());
    report.figure("ends confirmed", "", evidence.ends().size());
    report.figure("hand-ins that had to be repeated", "", campaign.sentAgain());
    report.figure("answers, declines and cancels that came too late", "", campaign.lateActs());
    report.figure("rings by frame", "", rings(evidence, Way.FRAME));
    report.figure("rings by frame, told again on a new channel", "", rings(evidence, Way.STATE));
    report.figure("rings by push", "", rings(evidence, Way.PUSH));
    report.figure("rings for which there was no time", "", Verdict.ringsWithoutTime(evidence));
    report.figure(
        "messages whose three pushes broke off", "", Verdict.messagesRepeatedInVain(evidence));
    report.figure("longest delay before a phone read", "ms", longestDelay(evidence));
    sends(report, evidence);
    final var verdict = Verdict.of(evidence);
    for (final var question : Question.values()) {
      report.none(question.words(), verdict.findings(question).size());
    }
    repeats(report, Repeats.of(evidence));
    report.remark("seed " + seed);
    for (final var question : verdict.red()) {
      verdict.findings(question).stream()
          .limit(FINDINGS_SHOWN)
          .forEach(finding -> report.remark(question.words() + ": " + finding));
    }
    return report;
  }

  /// What was changed while pushes flowed.
  ///
  /// @param byCertificate pushes that Apple took from connections that showed a certificate
  record Rotated(int keys, int certificates, long byCertificate, double pushesPerSecond) {}

  /// Without changes of both kinds, or with few pushes, the other goals say nothing about
  /// credentials that change.
  static void rotation(final Report report, final int kills, final Rotated what) {
    report.atLeast("changes of the key while pushes flowed", what.keys(), kills, 2.0 * kills);
    report.atLeast(
        "changes of the certificate while pushes flowed", what.certificates(), kills, 2.0 * kills);
    report.atLeast(
        "pushes of sends taken by certificate",
        what.byCertificate(),
        LEAST_BY_CERTIFICATE * kills,
        2.0 * LEAST_BY_CERTIFICATE * kills);
    report.atLeast(
        "pushes of sends a second before a kill",
        what.pushesPerSecond(),
        GOAL_PUSHES_A_SECOND,
        STRETCH_PUSHES_A_SECOND);
  }

  private static void sends(final Report report, final Evidence evidence) {
    final var kept = evidence.sends().stream().filter(SendOut::isKept).toList();
    report.figure("sends accepted", "", kept.size());
    report.figure("sends cancelled", "", kept.stream().filter(SendOut::isCancelled).count());
    report.figure("targets of sends", "", kept.stream().mapToLong(SendOut::size).sum());
    report.figure(
        "targets of sends under way at a kill and told again",
        "",
        Verdict.targetsUnderWayAtKills(evidence));
    report.figure(
        "targets of sends whose three pushes broke off",
        "",
        Verdict.targetsRepeatedInVain(evidence));
  }

  private static double rings(final Evidence evidence, final Way way) {
    return evidence.arrivals().stream()
        .filter(Arrival::rings)
        .filter(arrival -> arrival.way() == way)
        .count();
  }

  /// In milliseconds.
  static double longestDelay(final Evidence evidence) {
    return evidence.readings().stream()
        .mapToLong(one -> Duration.between(one.written(), one.read()).toMillis())
        .max()
        .orElse(0);
  }

  /// Counts beside the verdict: they depend on how quick the disk is, so they are no goals.
  private static void repeats(final Report report, final Repeats repeats) {
    report.figure("pushes repeated after a kill", "", repeats.repeated());
    report.figure("pushes answered less than 50 ms before a kill", "", repeats.underWay());
    report.figure("kills that repeated more than those", "", repeats.killsWithMore());
    report.figure("lines about pushes in the trails", "", repeats.pushLines());
    report.figure("uncertain lines", "", repeats.uncertain());
    report.figure("uncertain lines without repeat or cut", "%", repeats.baselessPercent());
  }
}

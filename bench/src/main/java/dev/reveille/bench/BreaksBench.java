package dev.reveille.bench;

import dev.reveille.bench.verdict.Evidence;
import dev.reveille.bench.verdict.Question;
import dev.reveille.bench.verdict.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// Tests the campaign of [CrashBench]: runs it in short against servers with one defect on purpose,
/// which acts in one of fifty chances. The table says which questions of the verdict must have a
/// bad answer; all others must not, and without a defect none.
///
/// ```
/// break                 must be seen as
/// none                  nothing
/// ring-twice            a push beyond its trail
/// ring-after-end        a late ring, and a push beyond its trail
/// event-lost            an event lost
/// event-twice           an event doubled
/// answer-before-commit  an event lost
/// other-recipient       an arrival at the wrong phone
/// other-uuid            two UUIDs, and a ring of a call that was not handed in
/// content-in-log        content
/// trail-missing         an unsettled trail
/// send-target-lost      targets of sends missing
/// send-uncertain-hidden targets of sends repeated without a word
/// send-target-again     targets of sends told again after their end
/// send-lines-lost       too many targets of a send under way at a kill
/// send-cancel-forgotten targets of cancelled sends begun after a kill
/// send-too-early        targets of sends told too early
/// ```
final class BreaksBench {
  private static final String CONFIGURATION = "limits: {registrations-per-minute: 100000}\n";
  private static final String NO_BREAK = "none";
  private static final String NO_BREAK_OF_SENDS = "none-with-sends";
  private static final int ONE_IN = 50;

  /// Only a repeated push can have another UUID, and most are not wanted any more: the phone has
  /// it.
  private static final int ONE_REPEAT_IN = 2;

  /// Few of the messages are pushed: most phones are open.
  private static final int ONE_MESSAGE_IN = 10;

  /// There are few sends.
  private static final Set<Question> OF_WHOLE_SENDS =
      Set.of(
          Question.UNTOLD, Question.AGAIN, Question.IN_FLIGHT, Question.CANCELLED, Question.EARLY);

  private static final int AT_ONCE = 3;
  private static final Duration UNTIL_LATE = Duration.ofMillis(3_500);

  /// Long enough for the trails that do come to an end.
  private static final Duration UNSETTLED = Duration.ofSeconds(8);

  /// @param name of the break, as `reveille bench-server` knows it
  /// @param red what must be found
  /// @param perhaps what may be found too, depending on where the break struck
  private record Row(String name, CrashPlan plan, Set<Question> red, Set<Question> perhaps) {
    Row perhaps(final Question question) {
      return new Row(name, plan, red, EnumSet.of(question));
    }

    boolean isWhole() {
      return name.startsWith(NO_BREAK);
    }

    boolean isAsWanted(final Question question, final boolean isRed) {
      return perhaps.contains(question) || red.contains(question) == isRed;
    }
  }

  /// @param sends what was handed in, what came before and after kills, for a row that fails
  private record Outcome(
      Row row, Verdict verdict, long strikes, double readingDelay, String sends) {}

  private final PrintStream progress;
  private final long seed;

  BreaksBench(final PrintStream progress, final long seed) {
    this.progress = progress;
    this.seed = seed;
  }

  private List<Row> rows() {
    return List.of(
        row(NO_BREAK, CrashPlan.brief(seed, 5).in(AppleFaultPlan.BAD)),
        row("ring-twice", CrashPlan.brief(seed, 9), Question.BEYOND),
        row(
            "ring-after-end",
            CrashPlan.brief(seed, 9).lingering(UNTIL_LATE),
            Question.LATE,
            Question.BEYOND),
        row("event-lost", CrashPlan.brief(seed, 1), Question.LOST),
        row("event-twice", CrashPlan.brief(seed, 1), Question.DOUBLED),
        row(
            "answer-before-commit",
            CrashPlan.brief(seed, 0).awakeWithKill().drainingFor(UNSETTLED),
            Question.LOST),
        // A copy may come to another recipient of the same event, whose trail knows of no push.
        row("other-recipient", CrashPlan.brief(seed, 0), Question.ASTRAY)
            .perhaps(Question.UNSETTLED),
        row(
            "other-uuid",
            CrashPlan.brief(seed, 9).in(AppleFaultPlan.REPEATING),
            Question.ASTRAY,
            Question.UUID,
            Question.BEYOND),
        row("content-in-log", CrashPlan.brief(seed, 5), Question.CONTENT),
        row("trail-missing", CrashPlan.brief(seed, 5).drainingFor(UNSETTLED), Question.UNSETTLED),
        row(NO_BREAK_OF_SENDS, CrashPlan.brief(seed, 0).sending(2, 3, 3)),
        row("send-target-lost", CrashPlan.brief(seed, 0).sending(0, 0, 0), Question.MISSING),
        row("send-uncertain-hidden", CrashPlan.brief(seed, 0).sending(1, 0, 0), Question.UNTOLD),
        row("send-target-again", CrashPlan.brief(seed, 0).sending(1, 0, 0), Question.AGAIN),
        row("send-lines-lost", CrashPlan.brief(seed, 0).sending(1, 0, 0), Question.IN_FLIGHT),
        row("send-cancel-forgotten", CrashPlan.brief(seed, 0).sending(1, 8, 0), Question.CANCELLED),
        row("send-too-early", CrashPlan.brief(seed, 0).sending(0, 0, 5), Question.EARLY));
  }

  private static Row row(final String name, final CrashPlan plan, final Question... red) {
    final var questions = EnumSet.noneOf(Question.class);
    questions.addAll(List.of(red));
    return new Row(name, plan, questions, EnumSet.noneOf(Question.class));
  }

  /// @param only the breaks to be played, with commas between them; "" for all
  Report run(final String only) throws IOException, InterruptedException {
    final var known = rows();
    final var names =
        only.isEmpty() ? known.stream().map(Row::name).toList() : List.of(only.split(","));
    final var rows = known.stream().filter(row -> names.contains(row.name())).toList();
    if (rows.size() < names.size()) {
      throw new IllegalArgumentException(
          "there is no row of each of "
              + names
              + ", but "
              + known.stream().map(Row::name).toList());
    }
    final var counting = new Progress(progress, "breaks", rows.size());
    final var outcomes = new ArrayList<Outcome>();
    try (var stages = Executors.newFixedThreadPool(AT_ONCE)) {
      final var work = new ArrayList<Callable<Outcome>>();
      for (final var row : rows.reversed()) { // those that take longest come first
        work.add(() -> {
          final var outcome = play(row);
          counting.step();
          tell(outcome);
          return outcome;
        });
      }
      for (final var done : stages.invokeAll(work)) {
        outcomes.addFirst(done.get());
      }
    } catch (final ExecutionException failed) {
      throw new IOException("a campaign could not be played", failed);
    }
    counting.end();
    final var again = playAgain(outcomes);
    final var report = report(outcomes);
    again.forEach(report::remark);
    return report;
  }

  /// A row in which a break did not strike, or rings came late, is played once more, by itself:
  /// several campaigns at a time ask much of a small machine. What it was before is told. Any other
  /// finding that the table does not want stands.
  private List<String> playAgain(final List<Outcome> outcomes)
      throws IOException, InterruptedException {
    final var told = new ArrayList<String>();
    for (int i = 0; i < outcomes.size(); i++) {
      final var first = outcomes.get(i);
      if (!wrong(first).isEmpty() && mayBeTheMachine(first)) {
        told.add(first.row().name() + " was played twice; at first also wrong: " + wrong(first));
        outcomes.set(i, play(first.row()));
      }
    }
    return told;
  }

  private static boolean mayBeTheMachine(final Outcome outcome) {
    return wrong(outcome).stream()
        .allMatch(question -> question == Question.LATE || outcome.row().red().contains(question));
  }

  private Outcome play(final Row row) throws IOException, InterruptedException {
    final var folder = Files.createTempDirectory("reveille-break-");
    final int port = SendsApi.freePort();
    final var broken = new ArrayList<>(SendsApi.otherPorts(port));
    if (!row.isWhole()) {
      broken.addAll(
          List.of("--break", row.name(), "--chance", chance(row), "--seed", String.valueOf(seed)));
    }
    try (var server = new ServerProcess(folder, CONFIGURATION, "", broken)) {
      final var evidence = new CrashCampaign(row.plan(), port).run(server, () -> {});
      return new Outcome(
          row,
          Verdict.of(evidence),
          strikes(row, evidence),
          CrashBench.longestDelay(evidence),
          sends(evidence));
    } finally {
      BenchStage.remove(folder);
    }
  }

  private static String sends(final Evidence evidence) {
    final var kills = evidence.kills();
    final var until = kills.isEmpty() ? Instant.MAX : kills.getFirst().gone();
    final var came =
        evidence.sends().stream()
            .map(send ->
                send.came().stream().filter(one -> one.at().isBefore(until)).count()
                    + " of "
                    + send.size())
            .toList();
    return "sends before the first kill "
        + came
        + ", told again after kills "
        + Verdict.targetsUnderWayAtKills(evidence);
  }

  private static String chance(final Row row) {
    if (OF_WHOLE_SENDS.stream().anyMatch(row.red()::contains)) {
      return "1";
    }
    if (row.red().contains(Question.UUID)) {
      return String.valueOf(ONE_REPEAT_IN);
    }
    return String.valueOf(row.red().contains(Question.ASTRAY) ? ONE_MESSAGE_IN : ONE_IN);
  }

  /// The broken server says in its log when it breaks something.
  private static long strikes(final Row row, final Evidence evidence) {
    return evidence
        .said()
        .getFirst()
        .text()
        .lines()
        .filter(line -> line.contains("break " + row.name() + " "))
        .distinct()
        .count();
  }

  /// While the others go on: a row that is not as the table says is told with its findings.
  private void tell(final Outcome outcome) {
    final var wrong = wrong(outcome);
    progress.println(
        "\n"
            + outcome.row().name()
            + ", "
            + outcome.strikes()
            + " strikes, longest delay before a phone read "
            + outcome.readingDelay()
            + " ms, "
            + outcome.sends()
            + ": "
            + outcome.verdict().red());
    for (final var question : wrong) {
      final var findings = outcome.verdict().findings(question);
      progress.println("  " + question + ", " + findings.size() + " findings, among them");
      findings.stream().limit(3).forEach(finding -> progress.println("    " + finding));
    }
  }

  private static Set<Question> wrong(final Outcome outcome) {
    final var wrong = EnumSet.allOf(Question.class);
    wrong.removeIf(
        question -> outcome.row().isAsWanted(question, isRed(outcome.verdict(), question)));
    return wrong;
  }

  // ---- the table -------------------------------------------------------------------------------

  private Report report(final List<Outcome> outcomes) {
    final var report = new Report("breaks", outcomes.size(), 1);
    report.remark("seed " + seed);
    report.remark(line("break", question -> question.name().toLowerCase(Locale.ROOT)));
    for (final var outcome : outcomes) {
      final var row = outcome.row();
      final var verdict = outcome.verdict();
      report.remark(line(row.name(), question -> cell(row, verdict, question)));
      report.figure(row.name() + ": strikes", "", outcome.strikes());
      for (final var question : Question.values()) {
        report.figure(row.name() + ": " + question.words(), "", verdict.findings(question).size());
      }
      final var wrong = wrong(outcome);
      report.atMost(row.name() + ": cells that are not as the table says", wrong.size(), 0, 0);
      for (final var question : wrong) {
        report.remark(
            row.name()
                + ", "
                + question.words()
                + ": "
                + verdict.findings(question).stream()
                    .findFirst()
                    .orElse("must have been found, and was not"));
      }
    }
    return report;
  }

  private static boolean isRed(final Verdict verdict, final Question question) {
    return !verdict.findings(question).isEmpty();
  }

  /// What was seen, and `!` where it must not or should have been.
  private static String cell(final Row row, final Verdict verdict, final Question question) {
    final boolean red = isRed(verdict, question);
    return (red ? "RED" : "-") + (row.isAsWanted(question, red) ? "" : " !");
  }

  private interface Cell {
    String of(Question question);
  }

  private static String line(final String name, final Cell cell) {
    final var line = new StringBuilder(String.format(Locale.ROOT, "%-22s", name));
    for (final var question : Question.values()) {
      line.append(String.format(Locale.ROOT, "%-11s", cell.of(question)));
    }
    return line.toString().stripTrailing();
  }
}

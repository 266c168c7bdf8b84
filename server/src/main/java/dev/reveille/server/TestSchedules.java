package dev.reveille.server;

import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.TestReport;
import dev.reveille.protocols.rest.Findings;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.settings.CronTimes;
import dev.reveille.routing.settings.EffectiveSetting;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.PropertyChange;
import dev.reveille.routing.settings.SettingChanges;
import dev.reveille.routing.settings.SettingRefused;
import dev.reveille.routing.settings.SettingsCatalogue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs synthetic tests by the schedules in the collection `test-schedules`, one after the other on
/// a thread of its own, and keeps there what the last run found. A test whose moment passed while
/// the server was down, however often, is run once at the start.
///
/// Thread-safe. [#look] reads the disk and runs what is due; what is told is of its last turn.
final class TestSchedules implements Findings, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TestSchedules.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

  /// So late a test should have run: several may be due at once, each of some 45 seconds.
  static final Duration GRACE = Duration.ofMinutes(15);

  private static final int LONGEST_WORDS = 500;
  private static final SettingsStore.By SERVER = new SettingsStore.By("test schedule", "");

  /// Runs one test.
  @FunctionalInterface
  interface Runner {
    TestReport run(OrganisationId organisation, EffectiveSetting schedule)
        throws InterruptedException;
  }

  /// How one schedule stands.
  ///
  /// @param lastRun empty when it never ran
  /// @param result "" when it never ran
  /// @param due when it is to run next
  record Standing(
      OrganisationId organisation,
      String name,
      String test,
      Optional<Instant> lastRun,
      String result,
      String words,
      Instant due) {
    boolean isOverdue(final Instant now) {
      return now.isAfter(due.plus(GRACE));
    }

    boolean hasFailed() {
      return lastRun.isPresent() && !result.equals(TestReport.Result.SUCCESS.word());
    }
  }

  private final Registry registry;
  private final EffectiveSettings effective;
  private final SettingChanges settings;
  private final InstantSource clock;
  private final Map<Attempted, Instant> attempts = new HashMap<>();
  private volatile List<Standing> standings = List.of();
  private volatile @Nullable Thread thread;

  private record Attempted(OrganisationId organisation, String name) {}

  TestSchedules(final Registry registry, final SettingsStore store, final InstantSource clock) {
    this.registry = registry;
    this.effective = new EffectiveSettings(store);
    this.settings = new SettingChanges(store);
    this.clock = clock;
  }

  /// Begins to run what is due.
  void start(final Runner tests) {
    thread = Thread.ofVirtual().name("test schedules").start(() -> watch(tests));
  }

  private void watch(final Runner tests) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        boolean isMoreDue = false;
        try {
          isMoreDue = look(tests);
        } catch (final RuntimeException failed) {
          LOG.error("the schedules of tests could not be looked at; tried again", failed);
        }
        if (!isMoreDue) {
          Thread.sleep(BETWEEN_LOOKS);
        }
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Runs of each organisation the test that is due longest, and notes how all stand: the tests of
  /// one hold up those of the others for one test at most.
  ///
  /// @return whether more is due
  boolean look(final Runner tests) throws InterruptedException {
    note();
    final var now = clock.instant();
    final var due =
        standings.stream()
            .filter(one -> !now.isBefore(one.due()))
            .sorted(Comparator.comparing(Standing::due))
            .toList();
    final Set<OrganisationId> served = new HashSet<>();
    for (final var one : due) {
      if (served.add(one.organisation())) {
        attempts.put(new Attempted(one.organisation(), one.name()), now);
        try {
          run(one, tests);
        } catch (final RuntimeException failed) { // such as a full disk
          LOG.error("the scheduled test {} of {} failed", one.name(), one.organisation(), failed);
        }
      }
    }
    note();
    return due.size() > served.size();
  }

  /// Reads how all stand. Of a schedule that is new it is kept since when it is there.
  private void note() {
    final var all = new ArrayList<Standing>();
    for (final var organisation : registry.organisations()) {
      for (final var one : effective.all(organisation, SettingsCatalogue.TEST_SCHEDULES).values()) {
        try {
          standing(organisation, one).ifPresent(all::add);
        } catch (final RuntimeException unusable) { // one must not keep the others from running
          LOG.error("the schedule {} of {} cannot be used", one.identity(), organisation, unusable);
        }
      }
    }
    standings = List.copyOf(all);
    attempts
        .keySet()
        .removeIf(each ->
            all.stream()
                .noneMatch(one ->
                    one.organisation().equals(each.organisation())
                        && one.name().equals(each.name())));
  }

  private Optional<Standing> standing(
      final OrganisationId organisation, final EffectiveSetting one) {
    final var lastRun = moment(one.text("last-run"));
    final var since = lastRun.or(() -> moment(one.text("since")));
    if (since.isEmpty()) {
      keep(organisation, one.identity(), Map.of("since", now().toString()));
    }
    final var attempt = attempts.get(new Attempted(organisation, one.identity()));
    final var from = since.orElse(clock.instant());
    return next(one.text("cron"), attempt != null && attempt.isAfter(from) ? attempt : from)
        .map(due ->
            new Standing(
                organisation,
                one.identity(),
                one.text("test"),
                lastRun,
                one.text("last-result"),
                one.text("last-words"),
                due));
  }

  /// Empty for what another version kept and this one cannot read.
  private static Optional<Instant> next(final String cron, final Instant after) {
    try {
      return CronTimes.of(cron).next(after);
    } catch (final IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// Empty for what the server did not write: no moment, or one to come.
  private Optional<Instant> moment(final String text) {
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(Instant.parse(text))
              .filter(at -> at.isAfter(Instant.EPOCH) && !at.isAfter(clock.instant()));
    } catch (final DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private void run(final Standing due, final Runner tests) throws InterruptedException {
    final var collection = SettingsCatalogue.get(SettingsCatalogue.TEST_SCHEDULES);
    final var schedule =
        settings.find(
            due.organisation(), collection, collection.identity(due.name()).orElseThrow());
    if (schedule.isEmpty()) {
      return; // it was removed meanwhile
    }
    final var began = now();
    String result;
    String words;
    try {
      final var report = tests.run(due.organisation(), schedule.get());
      result = report.result().map(TestReport.Result::word).orElse("Error");
      words = words(report);
    } catch (final RuntimeException failed) { // such as a file that is not there
      result = "Error";
      words = String.valueOf(failed.getMessage());
    }
    if (!result.equals(TestReport.Result.SUCCESS.word())) {
      LOG.warn("the scheduled test {} of {} failed: {}", due.name(), due.organisation(), words);
    }
    keep(
        due.organisation(),
        due.name(),
        Map.of("last-run", began.toString(), "last-result", result, "last-words", plain(words)));
  }

  private static String words(final TestReport report) {
    final var found =
        report.steps().stream()
            .filter(step -> step.state() == TestReport.State.FAILED)
            .map(step -> step.step().word() + ": " + step.words())
            .findFirst()
            .orElse("");
    final var source = report.why().map(Diagnosis::source).orElse("");
    return source.isEmpty() ? found : found + " (" + source + ")";
  }

  private static boolean isHalf(final int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private static String plain(final String words) {
    final var printable =
        words
            .codePoints()
            .map(one -> Character.isISOControl(one) || isHalf(one) ? ' ' : one)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return printable.length() <= LONGEST_WORDS ? printable : printable.substring(0, LONGEST_WORDS);
  }

  private void keep(
      final OrganisationId organisation, final String name, final Map<String, String> values) {
    final var changes = new HashMap<String, PropertyChange>();
    values.forEach((key, value) -> changes.put(key, new PropertyChange.Assign(List.of(value))));
    final var collection = SettingsCatalogue.get(SettingsCatalogue.TEST_SCHEDULES);
    try {
      final var _ =
          settings.change(
              organisation,
              collection,
              collection.identity(name).orElseThrow(),
              changes,
              SettingChanges.ANY_VERSION,
              SERVER);
    } catch (final SettingRefused refused) { // such as one that was removed meanwhile
      LOG.warn("the result of the scheduled test {} is not kept: {}", name, refused.getMessage());
    }
  }

  /// How all stand, as of the last look.
  List<Standing> standings() {
    return standings;
  }

  @Override
  public List<Finding> find(final OrganisationId asking, final Predicate<AppId> own) {
    return standings.stream()
        .filter(one -> one.organisation().equals(asking))
        .flatMap(one -> finding(one).stream())
        .toList();
  }

  private Optional<Finding> finding(final Standing one) {
    final var again = "`reveille test " + one.test() + "` runs it now and says what helps.";
    if (one.isOverdue(clock.instant())) {
      return Optional.of(
          new Finding(
              true,
              "test-overdue",
              one.name(),
              "The scheduled test was to run at " + one.due() + " and did not.",
              "See the server's log; " + again));
    }
    if (one.hasFailed()) {
      return Optional.of(
          new Finding(
              true,
              "test-failed",
              one.name(),
              "The scheduled test ended at its last run (%s) with %s: %s"
                  .formatted(
                      one.lastRun().map(Instant::toString).orElse(""), one.result(), one.words()),
              again));
    }
    return one.lastRun().isPresent()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                false,
                "test-never-run",
                one.name(),
                "The scheduled test has never run; it will at " + one.due() + ".",
                again));
  }

  @Override
  public List<String> warnings() {
    final var lines = new ArrayList<String>();
    for (final var one : standings) {
      finding(one)
          .ifPresent(found ->
              lines.add(
                  "%s %s organisation=%s schedule=%s due=%s: %s %s"
                      .formatted(
                          found.wrong() ? "warning" : "note",
                          found.id(),
                          one.organisation(),
                          one.name(),
                          one.due(),
                          found.sentence(),
                          found.remedy())));
    }
    return lines;
  }

  @Override
  public void close() {
    final var running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}

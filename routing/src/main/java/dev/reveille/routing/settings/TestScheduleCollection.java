package dev.reveille.routing.settings;

import dev.reveille.routing.settings.SettingsCollection.Complaint;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The collection of synthetic tests that the server runs by itself, with what became of the last
/// run.
final class TestScheduleCollection {
  private static final String PASSWORD_FILE = "password-file";
  private static final ValueKind SHORT = new ValueKind.Text(1_000);

  static final SettingsCollection TEST_SCHEDULES =
      SettingsCollection.of(
          SettingsCatalogue.TEST_SCHEDULES,
          "Synthetic tests that the server runs by itself, and what the last run found.",
          List.of(IdentityKind.NAME),
          List.of(
              SettingProperty.required(
                      "test",
                      new ValueKind.Word(List.of("push", "federation", "edge")),
                      "Which test is run.")
                  .actedOn(),
              SettingProperty.of(
                      "cron",
                      new ValueKind.Text(100),
                      CronTimes.MONTHLY,
                      "When, as crontab(5) has it, in UTC: minute (one number), hour, day, month,"
                          + " weekday.")
                  .actedOn(),
              SettingProperty.of(
                      "domain",
                      new ValueKind.HostName(),
                      "",
                      "The partner's domain; needed for `federation`.")
                  .actedOn(),
              SettingProperty.off(
                      "platform", "Whether `push` also lets the clearing house try its keys.")
                  .actedOn(),
              SettingProperty.of(
                      "user",
                      new ValueKind.SipUri(),
                      "",
                      "The user's SIP address; needed for `edge`.")
                  .actedOn(),
              SettingProperty.of(
                      PASSWORD_FILE,
                      SHORT,
                      "",
                      "The file at the server that holds the user's password on one line; needed"
                          + " for `edge`. Only for the organisation `default`.")
                  .actedOn(),
              SettingProperty.comment(),
              written("since", "When the server saw the schedule first; written by it."),
              written("last-run", "When the last run began; written by the server."),
              written(
                  "last-result",
                  "Success, Failure, or Error where there was no way through; written by the"
                      + " server."),
              written("last-words", "What the last run found; written by the server.")),
          TestScheduleCollection::isCron,
          TestScheduleCollection::hasWhatItNeeds);

  private TestScheduleCollection() {}

  private static SettingProperty written(final String name, final String meaning) {
    return SettingProperty.of(name, SHORT, "", meaning).actedOn();
  }

  private static Optional<Complaint> isCron(
      final Map<String, List<String>> own, final Map<String, List<String>> all) {
    try {
      final var _ = CronTimes.of(text(all, "cron"));
      return Optional.empty();
    } catch (final IllegalArgumentException wrong) {
      return Optional.of(new Complaint("cron", String.valueOf(wrong.getMessage())));
    }
  }

  private static Optional<Complaint> hasWhatItNeeds(
      final Map<String, List<String>> own, final Map<String, List<String>> all) {
    return switch (text(all, "test")) {
      case "federation" -> needed(all, "domain");
      case "edge" ->
          needed(all, "user")
              .or(() -> needed(all, PASSWORD_FILE))
              .or(() ->
                  text(all, PASSWORD_FILE).startsWith("/")
                      ? Optional.empty()
                      : Optional.of(
                          new Complaint(PASSWORD_FILE, "must be a whole path, such as /etc/…")));
      default -> Optional.empty();
    };
  }

  private static Optional<Complaint> needed(
      final Map<String, List<String>> all, final String name) {
    return text(all, name).isEmpty()
        ? Optional.of(new Complaint(name, "is needed for this test"))
        : Optional.empty();
  }

  private static String text(final Map<String, List<String>> all, final String name) {
    final var values = all.getOrDefault(name, List.of());
    return values.isEmpty() ? "" : values.getFirst();
  }
}

package dev.reveille.server;

import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.federation.EdgeTrial;
import dev.reveille.protocols.federation.SyntheticTests;
import dev.reveille.protocols.federation.TestReport;
import dev.reveille.routing.settings.EffectiveSetting;
import dev.reveille.sip.message.SipUri;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Runs the test that a schedule names. Of the password of an edge test the file's path is kept,
/// and the file is read at each run; only the organisation `default` may name one, since the server
/// reads it as itself. Thread-safe.
final class ScheduledTests implements TestSchedules.Runner {
  /// No password is longer.
  private static final int LONGEST_FILE = 8_192;

  private final SyntheticTests tests;

  ScheduledTests(final SyntheticTests tests) {
    this.tests = tests;
  }

  @Override
  public TestReport run(final OrganisationId organisation, final EffectiveSetting schedule)
      throws InterruptedException {
    return switch (schedule.text("test")) {
      case "push" -> tests.push(organisation, schedule.isOn("platform"));
      case "federation" -> tests.federation(organisation, schedule.text("domain"));
      case "edge" -> tests.edge(organisation, attempt(organisation, schedule));
      default -> throw new IllegalArgumentException("there is no such test");
    };
  }

  private static EdgeTrial.Attempt attempt(
      final OrganisationId organisation, final EffectiveSetting schedule) {
    if (!organisation.equals(OrganisationId.FIRST)) {
      throw new IllegalArgumentException(
          "only the organisation `default` may name a file at the server");
    }
    final var user =
        SipUri.parse(schedule.text("user"))
            .orElseThrow(() -> new IllegalArgumentException("user is no SIP address"));
    return new EdgeTrial.Attempt(
        user, password(Path.of(schedule.text("password-file"))), "", Optional.empty());
  }

  private static String password(final Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("password-file is no file: " + file);
    }
    try (var in = Files.newInputStream(file)) {
      final byte[] text = in.readNBytes(LONGEST_FILE + 1);
      if (text.length > LONGEST_FILE) {
        throw new IllegalArgumentException("password-file is larger than any password: " + file);
      }
      return new String(text, StandardCharsets.UTF_8).lines().findFirst().orElse("");
    } catch (final IOException unreadable) {
      throw new IllegalArgumentException("password-file cannot be read: " + file, unreadable);
    }
  }
}

package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/// What others wrote forges no line of the log and reaches no terminal that shows it.
class LogTextTest {
  private static final String EVIL = "a\u001b[2J\r\n2026-03-01T12:00:00Z INFO Server \u202ea\u0085";
  private static final String SHOWN =
      "a\\u001b[2J | 2026-03-01T12:00:00Z INFO Server \\u202ea\\u0085";

  private static String line(final LogRecord record) {
    record.setLoggerName("dev.reveille.X");
    return new Logs.OneLine().format(record);
  }

  @Test
  void a_record_is_one_line() {
    final var written = line(new LogRecord(Level.WARNING, EVIL));
    assertTrue(written.endsWith(" WARNING X " + SHOWN + "\n"), written);
    assertEquals(1, written.lines().count(), written);
  }

  @Test
  void the_message_of_an_exception_stays_on_its_line() {
    final var record = new LogRecord(Level.SEVERE, "failed");
    final var cause = new IllegalStateException(EVIL + "\n\tat forged.Frame");
    final var thrown = new IllegalArgumentException(EVIL, cause);
    thrown.addSuppressed(new RuntimeException(EVIL));
    record.setThrown(thrown);

    final var lines = line(record).lines().toList();

    assertEquals("java.lang.IllegalArgumentException: " + SHOWN, lines.get(1));
    assertTrue(lines.contains("\tSuppressed: java.lang.RuntimeException: " + SHOWN));
    assertTrue(
        lines.contains(
            "Caused by: java.lang.IllegalStateException: " + SHOWN + " |  at forged.Frame"));
    assertTrue(
        lines.stream()
            .skip(1)
            .noneMatch(each -> each.startsWith("2026") || each.contains("\u001b")));
    assertTrue(
        lines.stream().anyMatch(each -> each.startsWith("\tat dev.reveille.server.LogText")));
  }

  @Test
  void a_cause_that_is_its_own_cause_ends() {
    final var one = new IllegalStateException("one");
    final var other = new IllegalStateException("other", one);
    one.initCause(other);
    final var record = new LogRecord(Level.SEVERE, "failed");
    record.setThrown(one);
    assertTrue(line(record).lines().count() < 10_000);
  }
}

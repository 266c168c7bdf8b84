package dev.reveille.server;

import java.time.Instant;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Configures logging: one line per record on standard error, with moment, level, class and
/// message. Callers never log content, names or tokens.
final class Logs {
  private Logs() {}

  /// The JDK takes all handlers away as soon as the process is asked to end, beside everything else
  /// that happens then; what the server says of its own going down would be lost.
  public static final class StaysOpen extends LogManager {
    @Override
    public void reset() {}
  }

  /// Before anything logs.
  static void setUp() {
    System.setProperty("java.util.logging.manager", StaysOpen.class.getName());
    final var root = Logger.getLogger("");
    for (final var handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    final var handler = new ConsoleHandler();
    handler.setFormatter(new OneLine());
    handler.setLevel(Level.ALL);
    root.addHandler(handler);
    root.setLevel(Level.INFO);
    Logger.getLogger("io.netty").setLevel(Level.WARNING);
  }

  /// For a command, which answers on standard output.
  static void onlyWarnings() {
    Logger.getLogger("").setLevel(Level.WARNING);
  }

  static final class OneLine extends Formatter {
    @Override
    public String format(final LogRecord record) {
      final var name = record.getLoggerName();
      final var line =
          new StringBuilder()
              .append(Instant.ofEpochMilli(record.getMillis()))
              .append(' ')
              .append(record.getLevel().getName())
              .append(' ')
              .append(name == null ? "" : name.substring(name.lastIndexOf('.') + 1))
              .append(' ')
              .append(LogText.visible(formatMessage(record)))
              .append('\n');
      if (record.getThrown() != null) {
        LogText.trace(line, record.getThrown());
      }
      return line.toString();
    }
  }
}

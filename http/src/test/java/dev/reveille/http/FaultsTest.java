package dev.reveille.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FaultsTest {
  private final List<LogRecord> lines = new ArrayList<>();

  private final class Lines extends Handler {
    @Override
    public void publish(final LogRecord line) {
      if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
        lines.add(line);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void one_stack_a_minute_and_kind_is_logged_whatever_a_peer_brings_about() {
    final var name = "faults-under-test";
    final var log = Logger.getLogger(name);
    final var handler = new Lines();
    log.addHandler(handler);
    try {
      final var faults = new Faults(LoggerFactory.getLogger(name));
      for (int i = 0; i < 100; i++) {
        faults.failed(new IllegalStateException("one"), "{} failed", "request " + i);
        faults.failed(new IllegalArgumentException("other"), "{} failed", "request " + i);
      }
    } finally {
      log.removeHandler(handler);
    }
    assertEquals(
        List.of("request 0 failed", "request 0 failed"),
        lines.stream().map(LogRecord::getMessage).toList());
    lines.forEach(line -> assertNotNull(line.getThrown()));
  }
}

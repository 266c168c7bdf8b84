package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// A campaign whose key stops changing, or hardly changes, is no success.
final class KeyRotationTest {
  @Test
  void a_fault_of_the_rotation_fails_who_closes_it() throws Exception {
    final var fault = new IllegalStateException("no such app");
    final var called = new CountDownLatch(1);
    try (var apple = AppleSimulator.start(AppleOptions.DEFAULT)) {
      final var rotation =
          new KeyRotation(
              () -> {
                called.countDown();
                throw fault;
              },
              "app",
              apple,
              apple.makeKey());
      called.await();
      final var thrown = assertThrows(IllegalStateException.class, rotation::close);
      assertSame(fault, thrown.getCause());
    }
  }

  @Test
  void a_server_that_is_down_is_no_fault() throws Exception {
    final var called = new CountDownLatch(2);
    try (var apple = AppleSimulator.start(AppleOptions.DEFAULT);
        var rotation =
            new KeyRotation(
                () -> {
                  called.countDown();
                  throw new IOException("down");
                },
                "app",
                apple,
                apple.makeKey())) {
      called.await();
      assertEquals(0, rotation.changes());
    }
  }

  private static boolean isMet(final int changes, final double pushesPerSecond) {
    final var report = new Report("crash", 10, 1);
    CrashBench.rotation(report, 10, changes, pushesPerSecond);
    return report.allMet();
  }

  @Test
  void few_changes_or_few_pushes_miss_the_goals() {
    assertTrue(isMet(10, 1_000));
    assertFalse(isMet(9, 1_000));
    assertFalse(isMet(0, 1_000));
    assertFalse(isMet(10, 999));
  }
}

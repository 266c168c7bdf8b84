package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.bench.CrashBench.Rotated;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.PushAuthority;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// A campaign whose credentials stop changing, or hardly change, is no success.
final class CredentialRotationTest {
  private static final PushAuthority AUTHORITY = PushAuthority.make();

  private static AppleSimulator apple() {
    return AppleSimulator.start(AppleOptions.DEFAULT.withClientAuthority(AUTHORITY.certificate()));
  }

  @Test
  void a_fault_of_the_rotation_fails_who_closes_it() throws Exception {
    final var fault = new IllegalStateException("no such app");
    final var called = new CountDownLatch(1);
    try (var apple = apple()) {
      final var rotation =
          new CredentialRotation(
              () -> {
                called.countDown();
                throw fault;
              },
              "app",
              apple,
              AUTHORITY,
              apple.makeKey(),
              CredentialRotation.issue(AUTHORITY, "app"));
      called.await();
      final var thrown = assertThrows(IllegalStateException.class, rotation::close);
      assertSame(fault, thrown.getCause());
    }
  }

  @Test
  void a_server_that_is_down_is_no_fault() throws Exception {
    final var called = new CountDownLatch(2);
    try (var apple = apple();
        var rotation =
            new CredentialRotation(
                () -> {
                  called.countDown();
                  throw new IOException("down");
                },
                "app",
                apple,
                AUTHORITY,
                apple.makeKey(),
                CredentialRotation.issue(AUTHORITY, "app"))) {
      called.await();
      assertEquals(0, rotation.keyChanges());
      assertEquals(0, rotation.certificateChanges());
    }
  }

  private static boolean isMet(final Rotated what) {
    final var report = new Report("crash", 10, 1);
    CrashBench.rotation(report, 10, what);
    return report.allMet();
  }

  @Test
  void few_changes_of_one_kind_or_few_pushes_miss_the_goals() {
    assertTrue(isMet(new Rotated(10, 10, 50_000, 1_000)));
    assertFalse(isMet(new Rotated(9, 20, 50_000, 1_000)));
    assertFalse(isMet(new Rotated(20, 9, 50_000, 1_000)));
    assertFalse(isMet(new Rotated(20, 0, 0, 1_000)));
    assertFalse(isMet(new Rotated(10, 10, 49_999, 1_000)));
    assertFalse(isMet(new Rotated(10, 10, 50_000, 999)));
  }
}

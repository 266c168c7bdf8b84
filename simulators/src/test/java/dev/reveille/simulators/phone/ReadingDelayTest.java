package dev.reveille.simulators.phone;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class ReadingDelayTest {
  @Test
  void what_is_written_is_read_and_both_moments_are_kept() throws Exception {
    try (var network = PhoneNetwork.plain();
        var delay = ReadingDelay.of(network)) {
      awaitSamples(delay, 3);
      for (final var sample : delay.samples()) {
        assertFalse(sample.read().isBefore(sample.written()), sample::toString);
      }
    }
  }

  @Test
  void it_sees_that_the_phones_threads_are_busy() throws Exception {
    try (var network = PhoneNetwork.plain();
        var delay = ReadingDelay.of(network)) {
      awaitSamples(delay, 3);
      final var begin = Instant.now();
      occupy(Duration.ofMillis(700));
      awaitSamples(delay, delay.samples().size() + 3);
      assertTrue(
          delay.samples().stream()
              .filter(sample -> sample.read().isAfter(begin))
              .anyMatch(
                  sample -> Duration.between(sample.written(), sample.read()).toMillis() >= 300),
          () -> delay.samples().toString());
    }
  }

  /// Keeps every thread busy that runs virtual threads, as phones are.
  private static void occupy(final Duration time) throws InterruptedException {
    final int all = 2 * Runtime.getRuntime().availableProcessors();
    final var done = new CountDownLatch(all);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < all; i++) {
        threads.execute(() -> {
          final long until = System.nanoTime() + time.toNanos();
          while (System.nanoTime() < until) {
            Thread.onSpinWait();
          }
          done.countDown();
        });
      }
      done.await();
    }
  }

  private static void awaitSamples(final ReadingDelay delay, final int count)
      throws InterruptedException {
    while (delay.samples().size() < count) {
      Thread.sleep(10);
    }
  }
}

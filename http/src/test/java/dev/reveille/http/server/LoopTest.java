package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// What a fault does to the ticks, which are the clock of every connection.
final class LoopTest {
  @AutoClose private final EventLoops loops = EventLoops.manual(1, InstantSource.system());
  private final Loop loop = loops.all().getFirst();

  private record Turn(Runnable action) implements Handshakes.Waiting {
    @Override
    public void turn() {
      action.run();
    }

    @Override
    public void gone() {}
  }

  /// A listener's ration that is used up, and for which one more waits.
  private void waits(final Runnable turn) throws InterruptedException {
    final var done = new CountDownLatch(1);
    loop.execute(() -> {
      final var ration = new Handshakes(1);
      loop.rations(ration);
      final boolean _ = ration.begin(InetAddress.getLoopbackAddress(), new Turn(() -> {}));
      final boolean _ = ration.begin(InetAddress.getLoopbackAddress(), new Turn(turn));
      done.countDown();
    });
    assertTrue(done.await(10, TimeUnit.SECONDS));
  }

  @Test
  void an_error_in_one_handshake_ends_neither_the_tick_nor_those_of_other_listeners()
      throws InterruptedException {
    final var others = new AtomicInteger();
    waits(() -> {
      throw new AssertionError("a fault on purpose");
    });
    waits(others::incrementAndGet);
    loops.tick();
    assertEquals(1, others.get());
  }
}

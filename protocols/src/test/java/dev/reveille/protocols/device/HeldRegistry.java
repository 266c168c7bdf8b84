package dev.reveille.protocols.device;

import dev.reveille.routing.port.Registry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A registry of which one look at an installation can be stopped, before or after it was read, so
/// that a test decides what happens meanwhile.
final class HeldRegistry {
  private static final int PATIENCE_SECONDS = 10;

  /// One look that is stopped.
  static final class Barrier {
    private final boolean isRead;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    private Barrier(final boolean isRead) {
      this.isRead = isRead;
    }

    /// Waits until the look stands here.
    void awaitReached() throws InterruptedException {
      if (!reached.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("nothing looked at an installation");
      }
    }

    void letGo() {
      open.countDown();
    }

    private void stop() throws InterruptedException {
      reached.countDown();
      if (!open.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the test forgot a barrier");
      }
    }
  }

  private final Registry real;
  private final AtomicReference<@Nullable Barrier> next = new AtomicReference<>();
  private final AtomicInteger looks = new AtomicInteger();
  final Registry port;

  HeldRegistry(final Registry real) {
    this.real = real;
    this.port =
        (Registry)
            Proxy.newProxyInstance(
                Registry.class.getClassLoader(),
                new Class<?>[] {Registry.class},
                (_, method, arguments) -> call(method, arguments));
  }

  /// Looks that have ended.
  int looks() {
    return looks.get();
  }

  /// Stops the next look.
  ///
  /// @param isRead whether it has read by then, so that what it found may be out of date
  Barrier stopNext(final boolean isRead) {
    final var barrier = new Barrier(isRead);
    next.set(barrier);
    return barrier;
  }

  private @Nullable Object call(final Method method, final Object @Nullable [] arguments)
      throws Throwable {
    final boolean isLook = method.getName().equals("installation");
    final var barrier = isLook ? next.getAndSet(null) : null;
    if (barrier != null && !barrier.isRead) {
      barrier.stop();
    }
    try {
      return method.invoke(real, arguments);
    } catch (final InvocationTargetException thrown) {
      throw thrown.getCause();
    } finally {
      if (barrier != null && barrier.isRead) {
        barrier.stop();
      }
      looks.addAndGet(isLook ? 1 : 0);
    }
  }
}

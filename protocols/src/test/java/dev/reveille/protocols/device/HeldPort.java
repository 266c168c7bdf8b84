package dev.reveille.protocols.device;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A port of the store of which one look (at an installation, a key) can be stopped, before or
/// after it was read, so that a test decides what happens meanwhile.
///
/// @param <P> the port
public final class HeldPort<P> {
  private static final int PATIENCE_SECONDS = 10;

  /// One look that is stopped.
  public static final class Barrier {
    private final boolean isRead;
    private final AtomicInteger passing;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    private Barrier(final boolean isRead, final int passing) {
      this.isRead = isRead;
      this.passing = new AtomicInteger(passing);
    }

    private boolean stops() {
      return passing.getAndDecrement() == 0;
    }

    /// Whether the look stands here, or did.
    public boolean isReached() {
      return reached.getCount() == 0;
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

  private final P real;
  private final Set<String> methods;
  private final AtomicReference<@Nullable Barrier> next = new AtomicReference<>();
  private final Map<Object, Barrier> ofOne = new ConcurrentHashMap<>();
  private final AtomicInteger looks = new AtomicInteger();
  public final P port;

  /// @param type an interface
  /// @param methods the names of those that look; each has what it looks at as its first argument
  public HeldPort(final Class<P> type, final P real, final String... methods) {
    this.real = real;
    this.methods = Set.of(methods);
    this.port =
        type.cast(
            Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (_, method, arguments) -> call(method, arguments)));
  }

  /// Looks that have ended.
  int looks() {
    return looks.get();
  }

  /// Stops the next look, at whatever.
  ///
  /// @param isRead whether it has read by then, so that what it found may be out of date
  public Barrier stopNext(final boolean isRead) {
    return stopNext(isRead, 0);
  }

  /// @param passing how many looks pass before
  public Barrier stopNext(final boolean isRead, final int passing) {
    final var barrier = new Barrier(isRead, passing);
    next.set(barrier);
    return barrier;
  }

  /// Stops one look at this; looks at others go on.
  Barrier stop(final Object whose, final boolean isRead, final int passing) {
    final var barrier = new Barrier(isRead, passing);
    ofOne.put(whose, barrier);
    return barrier;
  }

  /// Stops no look any more; one that stands at the barrier goes on.
  public void remove(final Barrier barrier) {
    next.compareAndSet(barrier, null);
    ofOne.values().remove(barrier);
    barrier.letGo();
  }

  private @Nullable Barrier taken(final Object looked) {
    final var own = ofOne.get(looked);
    if (own != null && own.stops()) {
      return own;
    }
    final var any = next.get();
    return any != null && any.stops() ? any : null;
  }

  private @Nullable Object call(final Method method, final Object @Nullable [] arguments)
      throws Throwable {
    final boolean isLook = methods.contains(method.getName());
    final var barrier = isLook && arguments != null ? taken(arguments[0]) : null;
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

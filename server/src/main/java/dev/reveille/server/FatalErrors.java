package dev.reveille.server;

import dev.reveille.http.Faults;
import dev.reveille.model.Product;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Decides which errors this process does not survive, and ends it at once then: without memory for
/// objects, with a class that cannot be loaded, or after the JVM failed inside, it would go on
/// listening and answer no request any more. Whatever was accepted is on disk, so that a new start
/// continues with it.
///
/// An error of one request or connection leaves the process alone: a stack that overflowed, a wrong
/// assertion, sockets that have no memory outside the heap. Those are counted.
///
/// Thread-safe.
final class FatalErrors implements UncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(FatalErrors.class);

  /// EX_SOFTWARE of sysexits.h.
  static final int INTERNAL = 70;

  private final IntConsumer ending;
  private final Faults faults = new Faults(LOG);
  private final LongAdder survived = new LongAdder();

  FatalErrors(final IntConsumer ending) {
    this.ending = ending;
  }

  /// Makes this process end after such an error.
  static void watch() {
    Thread.setDefaultUncaughtExceptionHandler(
        new FatalErrors(status -> Runtime.getRuntime().halt(status)));
  }

  /// Errors that the process survived since its start.
  long survived() {
    return survived.sum();
  }

  @Override
  public void uncaughtException(final Thread thread, final Throwable thrown) {
    if (isFatal(thrown)) {
      try {
        System.err.println(
            Product.COMMAND + ": ended after an error that it cannot survive: " + thrown);
        LOG.error("an error on thread {} ends the process", thread.getName(), thrown);
      } finally {
        ending.accept(INTERNAL);
      }
    } else {
      survived.increment();
      faults.log(Level.ERROR, thrown, "an error on thread {}", thread.getName());
    }
  }

  /// Whether the process cannot be trusted any more after this.
  static boolean isFatal(final Throwable thrown) {
    return switch (thrown) {
      case OutOfMemoryError memory -> !isDirect(memory);
      case StackOverflowError _ -> false;
      case VirtualMachineError _, LinkageError _ -> true;
      default -> false;
    };
  }

  /// Memory outside the heap: Netty's own error, or what the JDK throws in words of its own.
  private static boolean isDirect(final OutOfMemoryError memory) {
    final var words = String.valueOf(memory.getMessage());
    return memory.getClass() != OutOfMemoryError.class || words.contains("direct buffer memory");
  }
}

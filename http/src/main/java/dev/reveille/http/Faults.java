package dev.reveille.http;

/// Hands an [Error] that was caught to the process's own handler
/// ([Thread#getDefaultUncaughtExceptionHandler]), which decides whether the process can go on. A
/// catch clause that answers a request, or ends a connection, must not hide from it that there is
/// no memory left.
///
/// Thread-safe.
public final class Faults {
  private Faults() {}

  /// @param caught any exception; only an [Error] is handed on
  public static void tell(final Throwable caught) {
    final var handler = Thread.getDefaultUncaughtExceptionHandler();
    if (caught instanceof Error && handler != null) {
      handler.uncaughtException(Thread.currentThread(), caught);
    }
  }
}

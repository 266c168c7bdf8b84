package dev.reveille.simulators.service;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;

/// What the simulators' programs have in common.
public final class CommandLine {
  private CommandLine() {}

  /// The value that follows an option.
  public static String value(final String option, final ArrayDeque<String> rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return rest.removeFirst();
  }

  /// Until the process is ended or, with its parent, until standard input ends.
  public static void stay(final boolean withParent) throws IOException, InterruptedException {
    if (withParent) {
      while (System.in.read() >= 0) {
        // whoever started us holds the other end
      }
    } else {
      new CountDownLatch(1).await();
    }
  }
}

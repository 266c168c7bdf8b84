package dev.reveille.simulators;

import dev.reveille.simulators.apple.AppleCommand;
import dev.reveille.simulators.google.GoogleCommand;
import dev.reveille.simulators.phone.PhoneCommand;
import java.util.List;

/// `simulate WHAT ...`: starts one simulator as a process of its own.
public final class Main {
  private Main() {}

  /// Exit codes: 0 ended as asked, 2 used wrongly.
  public static void main(final String... arguments) throws Exception {
    final var all = List.of(arguments);
    final String what = all.isEmpty() ? "" : all.getFirst();
    final int code =
        switch (what) {
          case "apple" -> AppleCommand.run(all.subList(1, all.size()), System.out, System.err);
          case "google" -> GoogleCommand.run(all.subList(1, all.size()), System.out, System.err);
          case "phone" -> PhoneCommand.run(all.subList(1, all.size()), System.out, System.err);
          default -> {
            System.err.println("usage: simulate apple|google|phone [options]");
            yield 2;
          }
        };
    System.exit(code);
  }
}

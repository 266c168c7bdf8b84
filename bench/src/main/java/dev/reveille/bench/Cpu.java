package dev.reveille.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Reads how much processor time a process has used from the kernel's accounts (`/proc`), with the
/// JVM's compiler threads apart: a warm server does not compile, a young one does little else.
final class Cpu {
  private static final double TICKS_PER_SECOND = 100.0; // USER_HZ, fixed for user space on Linux
  private static final int UTIME = 11;
  private static final int CHILDREN = 13;

  /// @param work seconds of all threads but the compilers', user and system
  /// @param compiler seconds of the compiler threads
  record Used(double work, double compiler) {
    Used since(final Used before) {
      return new Used(work - before.work, compiler - before.compiler);
    }
  }

  private final Path process;

  Cpu(final long pid) {
    this.process = Path.of("/proc", String.valueOf(pid));
  }

  /// Threads that ended in between are counted by the process's total.
  Used used() {
    try {
      final double total = seconds(Files.readString(process.resolve("stat")));
      double compiler = 0;
      for (final var thread : threads().entrySet()) {
        if (thread.getKey().contains("CompilerThre")) {
          compiler += thread.getValue();
        }
      }
      return new Used(total - compiler, compiler);
    } catch (final IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /// Seconds of all that the process has done, its compilers too, and of its children that ended:
  /// what a program that is no JVM is measured by.
  double total() {
    try {
      final var stat = Files.readString(process.resolve("stat"));
      return seconds(stat, UTIME) + seconds(stat, CHILDREN);
    } catch (final IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /// Seconds by thread name.
  Map<String, Double> threads() {
    final var byName = new HashMap<String, Double>();
    try (var tasks = Files.newDirectoryStream(process.resolve("task"))) {
      for (final var task : tasks) {
        try {
          final var stat = Files.readString(task.resolve("stat"));
          final var name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
          byName.merge(name, seconds(stat), Double::sum);
        } catch (final NoSuchFileException _) {
          // ended while we looked
        }
      }
    } catch (final IOException gone) {
      throw new UncheckedIOException(gone);
    }
    return byName;
  }

  /// Resident memory in MiB.
  double residentMib() {
    try {
      return Files.readAllLines(process.resolve("status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (final IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private static double seconds(final String stat) {
    return seconds(stat, UTIME);
  }

  /// @param first of two fields, user and system
  private static double seconds(final String stat, final int first) {
    final var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[first]) + Long.parseLong(fields[first + 1])) / TICKS_PER_SECOND;
  }
}

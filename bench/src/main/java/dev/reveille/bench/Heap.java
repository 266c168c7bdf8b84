package dev.reveille.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Counts the live bytes in the heap of another JVM, by a class histogram. That makes the JVM
/// collect its whole heap, which stops it for a moment.
final class Heap {
  private Heap() {}

  /// Bytes of all objects that are alive: the sum of a class histogram, before which the JVM
  /// collects its whole heap.
  static long live(final long pid) throws IOException {
    final var last = histogram(pid).lines().reduce("", (_, line) -> line).strip().split("\\s+");
    if (last.length < 3 || !last[0].equals("Total")) {
      throw new IOException("jcmd gave no histogram of process " + pid);
    }
    return Long.parseLong(last[2]);
  }

  /// The classes, those with the most bytes first.
  static String histogram(final long pid) throws IOException {
    final var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    final var process =
        new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    try (var output = process.getInputStream()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}

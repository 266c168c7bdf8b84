package dev.reveille.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A server that holds phones, with long polls or on WebSockets: ours or a peer, in processes of
/// its own. Must be closed, or the processes stay.
interface LongPollServer extends AutoCloseable {
  String name();

  int port();

  /// The authority of its certificate; absent when it speaks plain.
  @Nullable Path trust();

  /// The request with which a phone begins, or the request for an upgrade.
  byte[] opening(int phone);

  /// The next request of a phone that polls.
  ///
  /// @param answer the body of the one before
  byte[] again(int phone, String answer);

  /// How many phones it holds now, by its own count.
  int held() throws IOException;

  /// One event for the users of the first phones, so many of them. Answers once the server has
  /// taken it in, with the moment (as [System#nanoTime]) at which the last byte of the request was
  /// written.
  long tell(int phones) throws IOException;

  /// The content of the newest event for this phone.
  String told(int phone);

  /// The contents of all events in the body of an answer, or in a frame.
  List<String> contents(String answer);

  /// What phones do over WebSocket; absent when this server's phones poll.
  @Nullable LiveChannel liveChannel();

  List<Long> processes();

  @Override
  void close() throws IOException;

  /// The frames of a phone on a WebSocket.
  interface LiveChannel {
    /// Its first frame.
    String hello();

    /// Whether this frame says that it is let in.
    boolean isReady(String frame);

    boolean isEvent(String frame);

    /// What it answers to an event; "" for nothing.
    String acknowledgement(String frame);
  }

  /// Bytes of memory of all processes, shared pages counted once.
  default long memory() {
    return processes().stream().mapToLong(LongPollServer::memory).sum();
  }

  /// Seconds of processor time so far, compilers apart.
  default double work() {
    return processes().stream().mapToDouble(pid -> new Cpu(pid).used().work()).sum();
  }

  private static long memory(final long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "smaps_rollup")).stream()
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .sum();
    } catch (final IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }
}

package dev.reveille.simulators.phone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;

/// Measures how late the phones of a process read what has reached them.
///
/// On a busy machine a frame may lie in a phone's socket for seconds before the phone reads it.
/// This reads, through the same client and on the same threads as the phones, a stream into which a
/// thread of its own writes a line each 50 ms, and keeps when each line was written and read. The
/// server under test has no part in it.
public final class ReadingDelay implements AutoCloseable {
  private static final Duration BETWEEN = Duration.ofMillis(50);
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n";

  /// A line of the stream.
  ///
  /// @param read when the line was read, as a phone reads a frame
  public record Sample(Instant written, Instant read) {}

  private final ServerSocket listener;
  private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  private ReadingDelay(final ServerSocket listener) {
    this.listener = listener;
  }

  /// Begins to measure; ends with [#close].
  public static ReadingDelay of(final PhoneNetwork network) throws IOException {
    final var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    final var delay = new ReadingDelay(listener);
    Thread.ofPlatform().daemon().name("reading-delay").start(delay::write);
    final var stream = URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
    network
        .http()
        .sendAsync(
            HttpRequest.newBuilder(stream).build(),
            HttpResponse.BodyHandlers.fromLineSubscriber(delay.new Lines()));
    return delay;
  }

  private void write() {
    try (var peer = listener.accept()) {
      final var out = peer.getOutputStream();
      out.write(HEAD.getBytes(StandardCharsets.US_ASCII));
      while (!closed) {
        out.write((Instant.now() + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        Thread.sleep(BETWEEN.toMillis());
      }
    } catch (final IOException e) {
      if (!closed) {
        throw new IllegalStateException("the stream broke off", e);
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// All lines that were read, in their order.
  public List<Sample> samples() {
    return List.copyOf(samples);
  }

  @Override
  public void close() {
    closed = true;
    try {
      listener.close();
    } catch (final IOException e) {
      throw new IllegalStateException("the stream could not be closed", e);
    }
  }

  private final class Lines implements Flow.Subscriber<String> {
    @Override
    public void onSubscribe(final Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(final String line) {
      final var read = Instant.now();
      samples.add(new Sample(Instant.parse(line), read));
    }

    @Override
    public void onError(final Throwable broken) {
      if (!closed) {
        throw new IllegalStateException("the stream broke off", broken);
      }
    }

    @Override
    public void onComplete() {}
  }
}

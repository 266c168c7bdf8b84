package dev.reveille.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A peer of the benches with held phones whose phones all poll one channel: they have no names and
/// no tokens, and each gets every event. What counts and sends events belongs to the bench's
/// thread; the requests of the phones never change and are asked for on their event loops too.
abstract class OneChannelServer implements LongPollServer {
  private static final byte[] REQUEST =
      "GET /sub HTTP/1.1\r\nHost: phones.example.org\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final @Nullable Path trust;
  private int told;

  OneChannelServer(final HeldStage stage, final boolean tls) {
    this.trust = tls ? stage.authority() : null;
  }

  /// Makes the next event and answers its content.
  final String next() {
    told++;
    return told(0);
  }

  @Override
  public final @Nullable Path trust() {
    return trust;
  }

  @Override
  public final byte[] opening(final int phone) {
    return REQUEST.clone();
  }

  @Override
  public final byte[] again(final int phone, final String answer) {
    return REQUEST.clone();
  }

  @Override
  public final String told(final int phone) {
    return "event " + told;
  }

  @Override
  public final List<String> contents(final String answer) {
    return List.of(answer);
  }

  @Override
  public final @Nullable LiveChannel liveChannel() {
    return null;
  }
}

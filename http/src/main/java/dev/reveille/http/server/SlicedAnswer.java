package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// A large answer of HTTP/1.1 on its way: a slice is written when the socket takes it, so that no
/// more than a slice or two of it is copied for TLS.
final class SlicedAnswer {
  /// Larger bodies are written in slices of this size.
  static final int SLICE = 64 * 1024;

  private final byte[] body;
  private final ByteBudget.@Nullable Share share;
  private final boolean stays;
  private int at;

  /// @param share of what waits; given back when the last slice is with the socket
  /// @param stays whether the connection goes on afterwards
  SlicedAnswer(final byte[] body, final ByteBudget.@Nullable Share share, final boolean stays) {
    this.body = body;
    this.share = share;
    this.stays = stays;
  }

  boolean stays() {
    return stays;
  }

  /// Writes the next slice behind what is in the buffer.
  ByteBuf next(final ByteBuf into) {
    final var count = Math.min(SLICE, body.length - at);
    into.writeBytes(body, at, count);
    at += count;
    return into;
  }

  int nextLength() {
    return Math.min(SLICE, body.length - at);
  }

  boolean isDone() {
    return at == body.length;
  }

  void free() {
    if (share != null) {
      share.free();
    }
  }
}

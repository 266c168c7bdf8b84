package dev.reveille.bench.siege;

import dev.reveille.bench.http2.Http2Peer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.URI;

/// Sends requests over one HTTP/2 connection and counts the statuses and resets that come back.
final class CountedRequests implements Http2Peer.Answers {
  private final Channel channel;
  private final Tally tally;
  private final Runnable onReset;
  private final Http2Peer peer;

  /// @param window how many bytes of each answer the server may send
  /// @param onReset after the server has reset a stream
  CountedRequests(
      final Channel channel,
      final URI listener,
      final int window,
      final Tally tally,
      final Runnable onReset) {
    this.channel = channel;
    this.tally = tally;
    this.onReset = onReset;
    this.peer = new Http2Peer(channel, listener.getAuthority(), window, this);
  }

  /// A request without a body, sent at the next [#flush].
  ///
  /// @param secret a key; empty for none
  void get(final String path, final String secret) {
    final var head = peer.head("GET", path);
    if (!secret.isEmpty()) {
      head.add("authorization", "Bearer " + secret);
    }
    final int _ = peer.begin(head, true);
  }

  /// A request whose body does not end.
  ///
  /// @param length of the whole body as it is announced; not at all when it is negative
  /// @return when the bytes were written
  ChannelFuture begin(final String path, final byte[] body, final int length) {
    final var head = peer.head("POST", path).add("content-type", "application/json");
    if (length >= 0) {
      head.addInt("content-length", length);
    }
    final var written = peer.body(peer.begin(head, false), body, false);
    flush();
    return written;
  }

  /// A request whose stream is reset after the last byte of its body.
  ///
  /// @return when the last byte was written
  ChannelFuture abandon(final String path, final String secret, final byte[] body) {
    final int stream =
        peer.begin(
            peer.head("POST", path)
                .add("content-type", "application/json")
                .add("authorization", "Bearer " + secret),
            false);
    final var written = peer.body(stream, body, true);
    final var _ =
        written.addListener(sent -> {
          if (sent.isSuccess()) {
            peer.reset(stream);
          }
        });
    flush();
    return written;
  }

  void flush() {
    peer.flush();
  }

  @Override
  public void status(final int stream, final String status) {
    tally.count(status);
  }

  @Override
  public void data(final int stream, final ByteBuf data) {}

  @Override
  public void ended(final int stream) {}

  @Override
  public void reset(final int stream, final long errorCode) {
    tally.count("reset");
    channel.eventLoop().execute(onReset);
  }
}

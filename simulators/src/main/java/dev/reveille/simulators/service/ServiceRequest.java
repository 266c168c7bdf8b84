package dev.reveille.simulators.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A request to a simulated service whose body is still coming, or whose answer waits. Belongs to
/// the connection's event loop.
public class ServiceRequest {
  private static final int KEPT_PAYLOAD = 64 * 1024;

  private int streamId;
  private int bytes;
  private @Nullable ByteBuf payload;

  void stream(final int id) {
    streamId = id;
  }

  public int streamId() {
    return streamId;
  }

  /// The size of the whole body, kept or not.
  public int bytes() {
    return bytes;
  }

  void add(final ByteBuf data, final boolean keep) {
    bytes += data.readableBytes();
    if (keep && bytes <= KEPT_PAYLOAD) {
      final var kept = payload == null ? Unpooled.buffer(data.readableBytes()) : payload;
      payload = kept;
      kept.writeBytes(data);
    }
  }

  /// What was kept of the body.
  public byte[] body() {
    return payload == null ? new byte[0] : ByteBufUtil.getBytes(payload);
  }

  public String text() {
    return payload == null ? "" : payload.toString(StandardCharsets.UTF_8);
  }
}

package dev.reveille.http.websocket;

import dev.reveille.http.server.HeldConnection;
import dev.reveille.http.server.LoopTask;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A server connection that has become a WebSocket: reads the peer's frames, writes ours, answers
/// pings and does the closing handshake. [WebSocketLimits] says how much may come in and how much
/// may wait for the peer.
///
/// Everything runs on the event loop except the methods of [WebSocketSession], which hand a task to
/// it. `handed` counts the bytes of such tasks; other threads write only this field and `refused`.
final class WebSocketConnection extends HeldConnection
    implements WebSocketSession, FrameReader.Events {
  private enum Phase {
    OPEN,
    /// We have said close and wait for the peer to say it too.
    CLOSING,
    /// Both have said it, or the peer made a mistake: what comes now is not read.
    CLOSED
  }

  private static final int TEXT = 0x81;
  private static final int CLOSE = 0x88;
  private static final int PING = 0x89;
  private static final int PONG = 0x8A;
  private static final byte[] NOTHING = new byte[0];
  private static final VarHandle HANDED;

  static {
    try {
      HANDED = MethodHandles.lookup().findVarHandle(WebSocketConnection.class, "handed", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final WebSocketLimits limits;
  private final WebSocketListener listener;

  private volatile Phase phase = Phase.OPEN;
  private volatile boolean refused;
  private volatile int handed;

  private boolean reported;
  private long closeDeadline = Long.MAX_VALUE;
  private @Nullable FrameReader reader;

  WebSocketConnection(final WebSocketLimits limits, final WebSocketListener listener) {
    this.limits = limits;
    this.listener = listener;
  }

  @Override
  protected void placed() {
    listener.opened(this);
  }

  @Override
  protected void received(final ByteBuf in) {
    if (phase == Phase.CLOSED) {
      return;
    }
    final var reader = this.reader == null ? new FrameReader(limits.message()) : this.reader;
    final var mistake = reader.read(in, this);
    if (mistake != 0) {
      failed(mistake);
    }
    this.reader = reader.isAtRest() ? null : reader;
  }

  @Override
  public void text(final byte[] utf8) {
    if (phase == Phase.OPEN) {
      listener.text(this, utf8);
    }
  }

  @Override
  public void ping(final byte[] payload) {
    if (phase == Phase.OPEN) {
      listener.pinged(this);
    }
    // A peer that pings without reading our answers gets none: only the latest one matters anyway.
    if (phase == Phase.OPEN && channel().isWritable()) {
      frame(PONG, payload);
    }
  }

  @Override
  public void pong() {
    if (phase == Phase.OPEN) {
      listener.pong(this);
    }
  }

  @Override
  public void closing(final int code, final String reason) {
    if (phase == Phase.OPEN) {
      phase = Phase.CLOSED;
      // RFC 6455 §5.5.1: the same code goes back, and §7.1.1: then the server closes first.
      final var back = code == CloseCodes.NO_CODE ? CloseCodes.NORMAL : code;
      writeAndClose(encoded(CLOSE, closePayload(back, "")));
    } else {
      phase = Phase.CLOSED;
      close();
    }
    closeDeadline = nowMillis() + limits.closeTime().toMillis();
    report(code, reason);
  }

  /// The peer made a mistake: it is told which, and nothing of it is read any more.
  private void failed(final int code) {
    if (phase == Phase.OPEN) {
      writeLast(encoded(CLOSE, closePayload(code, "")));
    } else {
      close();
    }
    phase = Phase.CLOSED;
    closeDeadline = nowMillis() + limits.closeTime().toMillis();
    report(code, "");
  }

  private void report(final int code, final String reason) {
    if (!reported) {
      reported = true;
      listener.closed(this, code, reason);
    }
  }

  @Override
  protected void gone() {
    phase = Phase.CLOSED;
    report(CloseCodes.VANISHED, "");
  }

  @Override
  protected void overdue(final long nowMillis) {
    if (nowMillis >= closeDeadline) {
      close();
    } else if (phase == Phase.OPEN) {
      listener.tick(this, nowMillis);
    }
  }

  @Override
  public void drain(final long untilMillis) {
    if (phase == Phase.OPEN) {
      listener.draining(this, untilMillis);
    }
  }

  @Override
  protected void writabilityChanged(final boolean writable) {
    if (writable && phase == Phase.OPEN) {
      refused = false;
      listener.writable(this);
    }
  }

  @Override
  public boolean isWritable() {
    return phase == Phase.OPEN && handed < limits.queued() && channel().isWritable();
  }

  @Override
  public boolean send(final byte[] utf8) {
    if (!isWritable()) {
      refused = true;
      return false;
    }
    if (isOnLoop() && handed == 0) {
      frame(TEXT, utf8);
    } else {
      final var _ = (int) HANDED.getAndAdd(this, utf8.length);
      submit(new Outgoing(TEXT, utf8));
    }
    return true;
  }

  @Override
  public Executor loop() {
    return context().executor();
  }

  @Override
  public void ping() {
    submit(new Outgoing(PING, NOTHING));
  }

  @Override
  public void close(final int code, final String reason) {
    if (!CloseCodes.maySend(code)) {
      throw new IllegalArgumentException("close code (%d) is not one to send".formatted(code));
    }
    final var payload = closePayload(code, reason);
    if (payload.length > 125) {
      throw new IllegalArgumentException("a close reason has at most 123 bytes");
    }
    submit(new Outgoing(CLOSE, payload));
  }

  private static byte[] closePayload(final int code, final String reason) {
    final var words = reason.getBytes(StandardCharsets.UTF_8);
    final var payload = new byte[2 + words.length];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(words, 0, payload, 2, words.length);
    return payload;
  }

  private void frame(final int first, final byte[] payload) {
    write(encoded(first, payload));
  }

  /// RFC 6455 §5.2; a server does not mask.
  private ByteBuf encoded(final int first, final byte[] payload) {
    final var length = payload.length;
    final var header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    final var out = buffer(header + length).writeByte(first);
    switch (header) {
      case 2 -> out.writeByte(length);
      case 4 -> out.writeByte(126).writeShort(length);
      default -> out.writeByte(127).writeLong(length);
    }
    return out.writeBytes(payload);
  }

  /// A frame on its way from another thread to the loop.
  private final class Outgoing extends LoopTask {
    private final int first;
    private final byte[] payload;

    Outgoing(final int first, final byte[] payload) {
      this.first = first;
      this.payload = payload;
    }

    @Override
    protected void run() {
      if (first == TEXT) {
        final var before = (int) HANDED.getAndAdd(WebSocketConnection.this, -payload.length);
        if (before == payload.length && refused && channel().isWritable()) {
          refused = false;
          if (phase == Phase.OPEN) {
            listener.writable(WebSocketConnection.this);
          }
        }
      }
      if (phase != Phase.OPEN || !channel().isActive()) {
        return;
      }
      frame(first, payload);
      if (first == CLOSE) {
        phase = Phase.CLOSING;
        closeDeadline = nowMillis() + limits.closeTime().toMillis();
      }
    }
  }
}

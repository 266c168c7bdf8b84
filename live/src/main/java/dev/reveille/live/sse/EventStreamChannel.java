package dev.reveille.live.sse;

import dev.reveille.http.server.Answer;
import dev.reveille.http.server.AnswerStream;
import dev.reveille.http.server.Exchange;
import dev.reveille.live.ChannelOwner;
import dev.reveille.live.LiveChannel;
import dev.reveille.live.LiveChannels;
import dev.reveille.model.AppState;
import dev.reveille.model.CallId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The live channel of a phone that reads an event stream (server-sent events). It carries frames
/// to the phone only; what the phone reports comes as requests of their own.
///
/// The request is the hello. Each frame is an event without a name, and the id of an event is the
/// position from which the phone may resume; a frame that is no such place has no id. A ping is a
/// comment. Whether the phone is there shows only in that it takes what is written: what still
/// waits untouched at the ping after the next waits for a phone that is gone.
public abstract class EventStreamChannel extends LiveChannel implements AnswerStream.Owner {
  private static final Answer HEAD =
      Answer.of(
          200,
          "text/event-stream",
          new byte[0],
          "Cache-Control",
          "no-store",
          // nginx keeps what it passes on until a buffer is full, unless it is told.
          "X-Accel-Buffering",
          "no");

  private static final byte[] PING = ascii(": ping\n\n");
  private static final byte[] DATA = ascii("data: ");
  private static final byte[] END = ascii("\n\n");
  private static final byte[] NOTHING = {};

  private @Nullable AnswerStream stream;
  private int movedBefore;
  private boolean waitedBefore;

  protected EventStreamChannel(
      final LiveChannels channels,
      final Exchange exchange,
      final InstallationId installation,
      final UserId user,
      final ChannelOwner owner) {
    super(channels, exchange.executor(), installation, user, owner);
  }

  /// The last frame of a channel that ends; nothing for none.
  protected abstract byte[] ending(Reason why);

  /// Begins to answer. From any thread; what answers is done in one turn of the loop, so that the
  /// channel has its place before the phone can know of it, and a newer one is always the newer.
  ///
  /// @param from where the phone wants to go on; absent for where it acknowledged last
  /// @param knows the calls that ring as far as the phone knows
  public final void open(
      final Exchange exchange,
      final @Nullable Position from,
      final AppState state,
      final String word,
      final Set<CallId> knows) {
    run(() -> {
      final var opened = exchange.openStream(HEAD, this);
      stream = opened;
      if (opened.isClosed()) {
        closed();
        return;
      }
      knows(knows);
      hello(from, state, word);
    });
  }

  @Override
  protected final boolean isWritable() {
    return stream != null && stream.isWritable();
  }

  @Override
  protected final void write(final byte[] frame) {
    event(NOTHING, frame);
  }

  @Override
  protected final void writeAt(final long sequence, final byte[] frame) {
    event(ascii("id: " + positionOf(Math.max(0, sequence)) + "\n"), frame);
  }

  /// A frame is one line, as JSON without layout is.
  private void event(final byte[] fields, final byte[] frame) {
    if (stream != null && frame.length > 0) {
      final var event = new byte[fields.length + DATA.length + frame.length + END.length];
      System.arraycopy(fields, 0, event, 0, fields.length);
      System.arraycopy(DATA, 0, event, fields.length, DATA.length);
      System.arraycopy(frame, 0, event, fields.length + DATA.length, frame.length);
      System.arraycopy(END, 0, event, event.length - END.length, END.length);
      final var _ = stream.writeAnyway(event);
    }
  }

  /// The connection flushes by itself at the end of the loop's turn.
  @Override
  protected final void flush() {}

  @Override
  protected final void due() {
    if (stream == null) {
      return;
    }
    final boolean waits = stream.waiting() > 0;
    if (waits && waitedBefore && stream.moved() == movedBefore) {
      end(Reason.NO_PONG);
      return;
    }
    waitedBefore = waits;
    movedBefore = stream.moved();
    heard(); // that the socket takes bytes is the only sign of life here
    super.due();
  }

  @Override
  protected final void ping() {
    if (stream != null) {
      final var _ = stream.writeAnyway(PING);
    }
  }

  /// `retry` is what a browser waits before it comes back by itself.
  @Override
  protected final void sendAway(final Duration delay) {
    event(
        ascii("retry: " + Math.max(1, delay.toMillis()) + "\n"),
        format().goAway(delay, Reason.SHUTTING_DOWN));
  }

  @Override
  protected final void close(final Reason why) {
    if (stream != null && !stream.isClosed()) {
      write(ending(why));
      stream.close();
    }
  }

  @Override
  public final void gone() {
    run(this::closed);
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

package dev.reveille.http.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One request, which is also told its result. Handed to [ClientPool#send], it gets exactly one of
/// [#answered], [#notSent] and [#uncertain], on the event loop, and must not block there. After
/// that the object may be handed in again.
///
/// The pool keeps its own notes in this object, so that a request on its way costs no other object.
public abstract class ClientRequest {
  /// For a request that may wait as long as the pool's own patience.
  public static final long NO_MOMENT = Long.MAX_VALUE;

  /// The largest body over HTTP/2: it leaves as one frame.
  public static final int LARGEST_BODY = 16_384;

  final Priority priority;
  final long sendBy;

  @Nullable Link link;
  @Nullable ClientAnswer answer;
  @Nullable NoConnection noConnection;
  byte[] body = {};
  int bodyWritten;
  int streamWindow;
  int streamId;
  int refusals;
  boolean underWay;
  boolean elsewhere;

  /// It counts for [FlightLimit].
  boolean limited;

  long queuedAt;
  long writtenAt;

  /// @param sendBy the moment, on the clock of [System#nanoTime], from which it must not leave any
  ///   more; or [#NO_MOMENT]
  protected ClientRequest(final Priority priority, final long sendBy) {
    this.priority = priority;
    this.sendBy = sendBy;
  }

  /// Writes the headers. Called each time the request is really written, so that what depends on
  /// the moment is fresh.
  protected abstract void head(RequestHeaders headers);

  /// Asked right before the request is written: whether it still matters.
  protected boolean isWanted() {
    return true;
  }

  /// The body; not to be changed while the request is under way. Over HTTP/2 it has at most
  /// [#LARGEST_BODY] bytes, and so for every peer that may choose HTTP/2.
  protected abstract byte[] body();

  protected abstract void answered(ClientAnswer answer);

  protected abstract void notSent(NotSent why);

  /// More about [NotSent#NO_CONNECTION], of which it was just told.
  protected final Optional<NoConnection> noConnection() {
    return Optional.ofNullable(noConnection);
  }

  protected abstract void uncertain(Doubt why);

  /// Asks that the next hand-in takes another connection than the last one did, as far as there is
  /// one or one can be opened; when it was never handed in, another than the one blamed last.
  protected final void preferAnotherConnection() {
    elsewhere = true;
  }

  /// The answer that just came speaks against its connection: a new request that asks for another
  /// connection avoids this one.
  protected final void blameConnection() {
    if (link != null) {
      link.blame();
    }
  }

  final boolean isTooLate(final long now) {
    return sendBy != NO_MOMENT && now - sendBy >= 0;
  }
}

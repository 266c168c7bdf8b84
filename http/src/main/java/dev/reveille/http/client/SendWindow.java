package dev.reveille.http.client;

import java.util.ArrayList;

/// Counts HTTP/2's flow control for what we send (RFC 9113 section 5.2): one window for the
/// connection and one per stream. Belongs to the connection's event loop.
///
/// A request begins only when the connection's window takes its whole body. The stream's window
/// nearly always does too; where a peer opens with a tiny one, the rest of the body follows as it
/// allows.
final class SendWindow {
  private static final int DEFAULT = 65_535;

  private final ArrayList<ClientRequest> unfinished = new ArrayList<>();
  private int connection = DEFAULT;
  private int streamInitial = DEFAULT;
  private boolean shut;

  /// A body did not fit into the connection's window, and the peer has not widened it since.
  boolean isShut() {
    return shut;
  }

  boolean takes(final byte[] body) {
    if (body.length > connection) {
      shut = true;
      return false;
    }
    return true;
  }

  /// How much of this body the new stream takes at once.
  int firstPart(final byte[] body) {
    return Math.max(0, Math.min(body.length, streamInitial));
  }

  /// The first part has been written.
  void began(final ClientRequest request, final byte[] body, final int part) {
    connection -= part;
    if (part < body.length) {
      request.body = body;
      request.bodyWritten = part;
      request.streamWindow = streamInitial - part;
      unfinished.add(request);
    }
  }

  boolean isUnfinished(final ClientRequest request) {
    return !unfinished.isEmpty() && unfinished.contains(request);
  }

  void forget(final ClientRequest request) {
    if (!unfinished.isEmpty()) {
      unfinished.remove(request);
    }
  }

  void clear() {
    unfinished.clear();
  }

  void initial(final int wanted, final FrameOut out) {
    final int change = wanted - streamInitial;
    streamInitial = wanted;
    for (final var request : unfinished) {
      request.streamWindow += change;
    }
    goOn(out);
  }

  void widenConnection(final int more, final FrameOut out) {
    connection = (int) Math.min(Integer.MAX_VALUE, (long) connection + more);
    shut = false;
    goOn(out);
  }

  void widenStream(final ClientRequest request, final int more, final FrameOut out) {
    request.streamWindow = (int) Math.min(Integer.MAX_VALUE, (long) request.streamWindow + more);
    goOn(out);
  }

  private void goOn(final FrameOut out) {
    for (int i = unfinished.size() - 1; i >= 0; i--) {
      final var request = unfinished.get(i);
      final int left = request.body.length - request.bodyWritten;
      final int part = Math.min(left, Math.min(request.streamWindow, connection));
      if (part > 0) {
        out.data(request.streamId, request.body, request.bodyWritten, part);
        request.bodyWritten += part;
        request.streamWindow -= part;
        connection -= part;
        if (part == left) {
          unfinished.remove(i);
        }
      }
    }
  }
}

package dev.reveille.http.server;

import io.netty.channel.ChannelConfig;

/// Stops and resumes reading from the socket of one connection. Belongs to its event loop.
///
/// It is left unread for three reasons, and read again as soon as none holds: the handler has not
/// read what came of a body, more came of the next requests than is kept, or the sender of a body
/// is being looked up. While it rests for a body, the body's time stands still: the handler is
/// slow, not the peer.
final class ReadPause {
  private final ChannelConfig socket;
  private boolean isForBody;
  private boolean isForRequests;
  private boolean isForSender;
  private long millisLeft;

  ReadPause(final ChannelConfig socket) {
    this.socket = socket;
  }

  /// Whether the handler has to read of a body before more of it may come.
  boolean isForBody() {
    return isForBody;
  }

  /// The handler has to read before more of a body may come.
  ///
  /// @param left of the body's time, in milliseconds
  void beginForBody(final long left) {
    isForBody = true;
    millisLeft = left;
    tell();
  }

  /// More of the body may come, or nothing more of it is wanted.
  ///
  /// @return what is left of the body's time, in milliseconds
  long endForBody() {
    isForBody = false;
    tell();
    return millisLeft;
  }

  /// @param isTooMuch whether more of the next requests came than is kept
  void forRequests(final boolean isTooMuch) {
    isForRequests = isTooMuch;
    tell();
  }

  /// @param isAsked whether the sender of a body is being looked up
  void forSender(final boolean isAsked) {
    isForSender = isAsked;
    tell();
  }

  /// The socket is read, whatever came before.
  void end() {
    isForBody = false;
    isForRequests = false;
    isForSender = false;
    tell();
  }

  private void tell() {
    socket.setAutoRead(!isForBody && !isForRequests && !isForSender);
  }
}

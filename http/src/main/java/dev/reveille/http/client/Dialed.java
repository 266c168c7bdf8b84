package dev.reveille.http.client;

import io.netty.channel.ChannelHandler;

/// A connection that [Connector] is asked to open. It is added to the pipeline behind TLS as soon
/// as TCP is connected, before the TLS handshake is over. Belongs to its event loop.
interface Dialed extends ChannelHandler {
  /// How far it has come.
  void stage(Link.Stage reached);

  /// Whether it is not wanted any more; then it is not opened.
  boolean isClosed();
}

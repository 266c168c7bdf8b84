package dev.reveille.http.server;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Tells the address of a connection's client: the socket's peer, or, behind a trusted proxy, the
/// client that the proxy named. Only connections from proxies carry an attribute for it.
final class Peers {
  private static final AttributeKey<Told> TOLD = AttributeKey.valueOf(Peers.class, "told");

  /// @param client absent while, or because, the proxy told nothing
  /// @param counted the address that the connection limit counts this connection under, absent for
  ///   none
  /// @param inHeaders the proxies that tell their client with each request, absent for other ways
  private record Told(
      @Nullable InetSocketAddress client,
      @Nullable InetAddress counted,
      @Nullable Proxies inHeaders) {}

  private Peers() {}

  /// The connection is a proxy's: its own address is not counted.
  static void isProxy(final Channel channel, final Proxies proxies) {
    channel.attr(TOLD).set(new Told(null, null, proxies.speakFirst() ? null : proxies));
  }

  static void isFor(
      final Channel channel, final InetSocketAddress client, final @Nullable InetAddress counted) {
    channel.attr(TOLD).set(new Told(client, counted, null));
  }

  static InetSocketAddress of(final Channel channel) {
    final var told = channel.hasAttr(TOLD) ? channel.attr(TOLD).get() : null;
    return told != null && told.client != null
        ? told.client
        : (InetSocketAddress) channel.remoteAddress();
  }

  /// The proxies of the port it came in by, if it is theirs and its requests tell who asks.
  static @Nullable Proxies inHeaders(final Channel channel) {
    return channel.hasAttr(TOLD) ? channel.attr(TOLD).get().inHeaders : null;
  }

  /// Who asks with a request, also behind a proxy that says so in its head.
  ///
  /// @param fields the values of a header, by its name in lower case
  static InetSocketAddress client(
      final Channel channel, final Function<String, List<String>> fields) {
    final var peer = of(channel);
    final var proxies = inHeaders(channel);
    final var told = proxies == null ? null : proxies.client(peer, fields.apply(proxies.header()));
    return told == null ? peer : told;
  }

  /// The address under which the connection limit counts the connection.
  static @Nullable InetAddress counted(final Channel channel) {
    if (channel.hasAttr(TOLD)) {
      return channel.attr(TOLD).get().counted;
    }
    return channel.remoteAddress() instanceof InetSocketAddress known ? known.getAddress() : null;
  }
}

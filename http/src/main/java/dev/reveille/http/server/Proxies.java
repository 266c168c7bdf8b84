package dev.reveille.http.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The proxies in front of a listener, and how they tell the address of whom they speak for.
///
/// Exactly one header is trusted, from listed addresses only: a proxy that writes one header
/// usually passes the others on as its client sent them, and then the client could choose its
/// address. What an unlisted peer says of itself is not looked at. Immutable.
public final class Proxies {
  /// The header or protocol in which a proxy tells the client's address.
  public enum Way {
    /// HAProxy's PROXY protocol, version 1 or 2, before the first byte of the client. Required.
    PROXY_PROTOCOL("proxy-protocol"),
    /// The header of RFC 7239.
    FORWARDED("forwarded"),
    X_FORWARDED_FOR("x-forwarded-for");

    private final String word;

    Way(final String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  private final List<Network> from;
  private final Way way;

  private Proxies(final List<Network> from, final Way way) {
    this.from = from;
    this.way = way;
  }

  /// @param from the proxies' addresses, as `10.0.0.0/8`
  /// @param word of a [Way]
  /// @throws IllegalArgumentException when one of them is none
  public static Proxies of(final List<String> from, final String word) {
    for (final var way : Way.values()) {
      if (way.word.equals(word)) {
        return new Proxies(from.stream().map(Network::of).toList(), way);
      }
    }
    throw new IllegalArgumentException(
        "a proxy tells addresses by proxy-protocol, forwarded or x-forwarded-for, not by " + word);
  }

  boolean includes(final @Nullable InetAddress peer) {
    return peer != null && from.stream().anyMatch(network -> network.contains(peer));
  }

  /// Whether a connection from a proxy begins with a header of its own.
  boolean speakFirst() {
    return way == Way.PROXY_PROTOCOL;
  }

  /// The name of the header that tells the address, in lower case.
  String header() {
    return way.word;
  }

  /// Whom a proxy speaks for: of the chain in the header the last that is not one of the proxies,
  /// for only what our own proxies added can be trusted. Without a header, or if that one is not
  /// named, the proxy itself.
  ///
  /// @return null when the header is malformed
  @Nullable InetSocketAddress client(final InetSocketAddress proxy, final List<String> fields) {
    final var chain = new ArrayList<Hop>();
    for (final var field : fields) {
      final var hops = way == Way.FORWARDED ? ForwardedHeader.hops(field) : plain(field);
      if (hops == null) {
        return null;
      }
      chain.addAll(hops);
    }
    var client = proxy;
    for (var i = chain.size() - 1; i >= 0; i--) {
      final var hop = chain.get(i);
      if (hop.address == null) {
        return client;
      }
      client = new InetSocketAddress(hop.address, hop.port);
      if (!includes(hop.address)) {
        return client;
      }
    }
    return client;
  }

  /// @param address absent for a hop that is hidden
  record Hop(@Nullable InetAddress address, int port) {
    static final Hop HIDDEN = new Hop(null, 0);
  }

  private static @Nullable List<Hop> plain(final String field) {
    final var hops = new ArrayList<Hop>();
    for (final var part : field.split(",", -1)) {
      if (part.isBlank()) {
        continue; // an empty element of a list counts for nothing (RFC 9110 §5.6.1)
      }
      final var hop = hop(part.strip());
      if (hop == null) {
        return null;
      }
      hops.add(hop);
    }
    return hops;
  }

  /// An address with or without port, IPv6 with or without brackets, or `unknown`.
  static @Nullable Hop hop(final String text) {
    if (text.equalsIgnoreCase("unknown")) {
      return Hop.HIDDEN;
    }
    var host = text;
    var port = "0";
    if (text.startsWith("[")) {
      final var end = text.indexOf(']');
      if (end < 0 || end + 1 < text.length() && text.charAt(end + 1) != ':') {
        return null;
      }
      host = text.substring(1, end);
      port = end + 1 < text.length() ? text.substring(end + 2) : port;
    } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
      host = text.substring(0, text.indexOf(':'));
      port = text.substring(text.indexOf(':') + 1);
    }
    final var address = Network.address(host);
    final var number = port(port);
    return address == null || number < 0 ? null : new Hop(address, number);
  }

  static int port(final String text) {
    if (!text.matches("[0-9]{1,5}")) {
      return -1;
    }
    final var number = Integer.parseInt(text);
    return number > 65_535 ? -1 : number;
  }
}

package dev.reveille.http.client;

import java.util.Optional;

/// A proxy that outgoing connections go through.
///
/// @param kind how it is asked to connect
/// @param resolvesNames whether the proxy looks the hosts' names up: then we do not, and a name is
///   not judged. Otherwise the proxy is asked for the address that we looked up and judged
public record ProxyServer(
    Kind kind, String host, int port, Optional<Login> login, boolean resolvesNames) {

  /// The protocol in which a proxy is asked to connect.
  public enum Kind {
    /// `CONNECT` (RFC 9110 section 9.3.6).
    HTTP,
    /// RFC 1928, with a password by RFC 1929.
    SOCKS5
  }

  /// The user name and the password at the proxy; the password is a secret.
  public record Login(String name, String password) {
    @Override
    public String toString() {
      return "Login[" + name + "]";
    }
  }

  @Override
  public String toString() {
    return (kind == Kind.HTTP ? "http://" : "socks5://") + host + ":" + port;
  }
}

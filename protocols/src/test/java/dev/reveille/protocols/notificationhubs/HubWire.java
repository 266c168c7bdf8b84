package dev.reveille.protocols.notificationhubs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// Bytes of HTTP/1.1 over TLS to a port of this machine, under any name.
final class HubWire {
  private static final int PATIENCE_MILLIS = 15_000;

  private HubWire() {}

  record Said(int status, String head, String text) {
    /// The value of a header; "" when it did not come.
    String header(final String name) {
      return head.lines()
          .filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
          .map(line -> line.substring(name.length() + 2))
          .findFirst()
          .orElse("");
    }
  }

  /// Certificates are checked where the packaged server is played.
  private static final class Anything implements X509TrustManager {
    @Override
    public void checkClientTrusted(final X509Certificate[] chain, final String kind) {}

    @Override
    public void checkServerTrusted(final X509Certificate[] chain, final String kind) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /// The answer to one request; the connection ends behind it.
  ///
  /// @param host perhaps with a port; the greeting (SNI) has the name alone
  static Said call(final int port, final String host, final String request) {
    try {
      final var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anything()}, null);
      final var plain = new Socket("127.0.0.1", port);
      try (var socket =
          (SSLSocket) context.getSocketFactory().createSocket(plain, "", port, true)) {
        socket.setSoTimeout(PATIENCE_MILLIS);
        final var parameters = socket.getSSLParameters();
        final var name = host.replaceFirst(":.*", "").replaceFirst("\\.$", "");
        parameters.setServerNames(List.of(new SNIHostName(name)));
        socket.setSSLParameters(parameters);
        socket
            .getOutputStream()
            .write(
                request
                    .replaceFirst("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
        return said(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (final IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (final GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Said said(final String whole) {
    final int end = whole.indexOf("\r\n\r\n");
    return new Said(
        Integer.parseInt(whole.substring(9, 12)),
        whole.substring(0, end),
        whole.substring(end + 4));
  }
}

package dev.reveille.push.windows;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// A service over TLS on loopback that answers as a test says: one that hands out access tokens, or
/// one that asks for a certificate.
public final class TokenService implements AutoCloseable {
  /// What came: path, the subject of the client's certificate, body.
  public record Asked(String path, String subject, String body) {}

  public final List<Asked> asked = new CopyOnWriteArrayList<>();

  /// The answer to a request, counted from 1: status, a space, the body. It may take its time:
  /// others are answered meanwhile.
  public volatile IntFunction<String> answer =
      number ->
          "200 {\"token_type\":\"bearer\",\"access_token\":\"token-"
              + number
              + "\",\"expires_in\":86400}";

  private final LoopbackCertificates certificates = LoopbackCertificates.make();
  private final HttpsServer server;

  /// @param wantsCertificate whether a client must show one; any will do
  public TokenService(final boolean wantsCertificate) {
    try {
      this.server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 50);
      final var context = context();
      server.setHttpsConfigurator(
          new HttpsConfigurator(context) {
            @Override
            public void configure(final HttpsParameters parameters) {
              final var tls = context.getDefaultSSLParameters();
              tls.setNeedClientAuth(wantsCertificate);
              parameters.setSSLParameters(tls);
            }
          });
      server.createContext("/", this::serve);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private SSLContext context() throws GeneralSecurityException, IOException {
    final var keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "leaf",
        certificates.leafKey().getPrivate(),
        new char[0],
        certificates.chain().toArray(Certificate[]::new));
    final var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, new char[0]);
    final var any =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(final X509Certificate[] chain, final String type) {
            // which certificate it was is looked at by the test
          }

          @Override
          public void checkServerTrusted(final X509Certificate[] chain, final String type) {
            throw new IllegalStateException("it is no client");
          }

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    final var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), new TrustManager[] {any}, null);
    return context;
  }

  private void serve(final HttpExchange exchange) throws IOException {
    final var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    final var said =
        answer.apply(
            number(new Asked(exchange.getRequestURI().toString(), subject(exchange), body)));
    final byte[] out = said.substring(4).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(Integer.parseInt(said.substring(0, 3)), out.length);
    exchange.getResponseBody().write(out);
    exchange.close();
  }

  private synchronized int number(final Asked one) {
    asked.add(one);
    return asked.size();
  }

  private static String subject(final HttpExchange exchange) {
    if (!(exchange instanceof com.sun.net.httpserver.HttpsExchange tls)) {
      return "";
    }
    try {
      final var chain = tls.getSSLSession().getPeerCertificates();
      return ((X509Certificate) chain[0]).getSerialNumber().toString();
    } catch (final javax.net.ssl.SSLPeerUnverifiedException _) {
      return "";
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String url() {
    return "https://127.0.0.1:" + port();
  }

  public LoopbackCertificates certificates() {
    return certificates;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

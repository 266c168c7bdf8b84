package dev.reveille.http.server;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/// The TLS configuration of a listener, from PEM files that may be replaced while it runs:
/// [#reload] reads them again and blocks on the disk. When that fails it throws, and the former
/// ones stay in use. Thread-safe.
///
/// The JDK's engine serves TLS 1.2 and 1.3 (it takes the least memory per held connection) with
/// session tickets, so that a phone that comes back skips the costly half of the handshake.
public final class TlsContexts implements Supplier<SslContext> {
  /// Of a name in a certificate that is a host (RFC 5280 §4.2.1.6).
  private static final Integer DNS_NAME = 2;

  private final Path certificates;
  private final Path key;
  private final boolean http2;
  private volatile Read current;

  private record Read(SslContext context, X509Certificate leaf) {}

  private TlsContexts(final Path certificates, final Path key, final boolean http2) {
    this.certificates = certificates;
    this.key = key;
    this.http2 = http2;
    this.current = read();
  }

  /// @param certificates PEM file: the server's certificate, then those up to the root
  /// @param key PEM file with the private key in PKCS#8
  /// @param http2 whether HTTP/2 is offered before HTTP/1.1
  public static TlsContexts of(final Path certificates, final Path key, final boolean http2) {
    return new TlsContexts(certificates, key, http2);
  }

  static {
    // A handshake on a connection that stands is past the ration of handshakes. The JDK reads this
    // when its first context is made.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  @Override
  public SslContext get() {
    return current.context();
  }

  /// Whether the certificate in use is for a host (RFC 9525 §6.3): a name in it may begin with
  /// `*.`, which stands for one further label.
  ///
  /// @param host a name in lower case
  public boolean isFor(final String host) {
    return isFor(current.leaf(), host);
  }

  /// The same of any certificate.
  public static boolean isFor(final X509Certificate certificate, final String host) {
    final var names = new HostNames<Boolean>();
    try {
      final var all = certificate.getSubjectAlternativeNames();
      for (final var each : all == null ? List.<List<?>>of() : all) {
        if (DNS_NAME.equals(each.getFirst()) && each.get(1) instanceof final String name) {
          names.put(name, true);
        }
      }
    } catch (final CertificateParsingException _) {
      return false; // its clients cannot read them either
    }
    return names.find(host) != null;
  }

  /// The file with the certificate.
  public Path certificates() {
    return certificates;
  }

  /// Reads the files again; new connections get what they say. If they cannot be read, the old ones
  /// stay in use and the exception says why.
  public void reload() {
    current = read();
  }

  private Read read() {
    final var protocols =
        http2
            ? new String[] {ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1}
            : new String[] {ApplicationProtocolNames.HTTP_1_1};
    try {
      final var chain = PemFiles.certificates(certificates);
      final var secret = PemFiles.privateKey(key);
      PemFiles.checkPair(chain.getFirst(), secret);
      // Not by Netty's builder: where Bouncy Castle is on the class path, that sets up the whole of
      // its provider, which costs a start a second and is not used.
      final var made =
          new JdkSslContext(
              context(secret, chain),
              /* isClient= */ false,
              /* ciphers= */ null,
              IdentityCipherSuiteFilter.INSTANCE,
              new ApplicationProtocolConfig(
                  Protocol.ALPN,
                  // The JDK provider knows only these two ways.
                  SelectorFailureBehavior.NO_ADVERTISE,
                  SelectedListenerFailureBehavior.ACCEPT,
                  protocols),
              ClientAuth.NONE,
              new String[] {"TLSv1.3", "TLSv1.2"},
              /* startTls= */ false);
      return new Read(made, chain.getFirst());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "certificate %s and key %s do not make a TLS server: %s"
              .formatted(certificates, key, e.getMessage()),
          e);
    }
  }

  private static SSLContext context(final PrivateKey key, final List<X509Certificate> chain)
      throws IOException, GeneralSecurityException {
    final var password = new char[0];
    final var keys = KeyStore.getInstance(KeyStore.getDefaultType());
    keys.load(null, null);
    keys.setKeyEntry("server", key, password, chain.toArray(X509Certificate[]::new));
    final var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, password);
    final var context = SSLContext.getInstance("TLS");
    // no certificate of a client is asked for, so none has to be trusted
    context.init(managers.getKeyManagers(), new TrustManager[0], null);
    return context;
  }
}

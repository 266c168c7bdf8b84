package dev.reveille.sip.transport;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// Our certificate and whom we trust, for both sides of mutual TLS 1.2 and 1.3, on the JDK's
/// engine.
///
/// A listener asks for a certificate and does not insist: a peer without one is let in and has no
/// identity; a certificate that is not trusted ends the handshake with an alert. When we connect,
/// the name in the peer's certificate is checked by [SipTransport] and not by the engine, which
/// would accept wildcards. Thread-safe.
public final class SipTls {
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  static {
    // A handshake on a connection that stands is past all bounds of new ones. The JDK reads this
    // when
    // its first context is made.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  private final SSLContext context;

  private SipTls(final SSLContext context) {
    this.context = context;
  }

  /// @param chain our certificate, then those up to the root
  /// @param trust judges the peers' certificates; see [#trusting]
  /// @throws IllegalArgumentException when the chain is empty
  public static SipTls of(
      final PrivateKey key, final List<X509Certificate> chain, final X509TrustManager trust) {
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("SIP over TLS needs a certificate");
    }
    return of(new KeyManager[] {new SingleKeyManager(key, chain)}, trust);
  }

  /// For connections that we open without showing a certificate.
  public static SipTls withoutCertificate(final X509TrustManager trust) {
    return of(new KeyManager[0], trust);
  }

  private static SipTls of(final KeyManager[] keys, final X509TrustManager trust) {
    try {
      final var context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {trust}, null);
      return new SipTls(context);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS", e);
    }
  }

  /// Trusts what these authorities issued, by the rules of PKIX, without asking for revocation.
  ///
  /// @throws IllegalArgumentException when there are none
  public static X509TrustManager trusting(final Collection<X509Certificate> authorities) {
    try {
      final var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (final var one : authorities) {
        store.setCertificateEntry("authority-" + number, one);
        number++;
      }
      if (number == 0) {
        throw new IllegalArgumentException("at least one authority must be trusted");
      }
      final var factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (final var manager : factory.getTrustManagers()) {
        if (manager instanceof final X509TrustManager found) {
          return found;
        }
      }
      throw new IllegalStateException("this JDK has no PKIX trust manager");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JDK has no PKIX trust manager", e);
    }
  }

  SSLEngine serverEngine() {
    final var engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(VERSIONS);
    engine.setWantClientAuth(true);
    return engine;
  }

  /// @param name what is asked for by SNI; an address is not sent
  SSLEngine clientEngine(final String name, final int port) {
    final var engine = context.createSSLEngine(name, port);
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(VERSIONS);
    final var parameters = engine.getSSLParameters();
    if (isHostName(name)) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  private static boolean isHostName(final String name) {
    final var last = name.isEmpty() ? '0' : name.charAt(name.length() - 1);
    return name.indexOf(':') < 0 && !Character.isDigit(last);
  }
}

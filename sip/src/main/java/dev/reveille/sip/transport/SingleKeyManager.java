package dev.reveille.sip.transport;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Shows our one certificate on both sides of a connection, also to a peer whose list of
/// authorities does not name ours: the peer then says in an alert what it misses, where it would
/// otherwise see a client without a certificate.
final class SingleKeyManager extends X509ExtendedKeyManager {
  private static final String ALIAS = "own";

  private final PrivateKey key;
  private final X509Certificate[] chain;

  SingleKeyManager(final PrivateKey key, final List<X509Certificate> chain) {
    this.key = key;
    this.chain = chain.toArray(X509Certificate[]::new);
  }

  private @Nullable String aliasFor(final String... keyTypes) {
    for (final var type : keyTypes) {
      if (type.equals(key.getAlgorithm()) || type.startsWith(key.getAlgorithm() + "_")) {
        return ALIAS;
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      final String[] keyTypes, final Principal @Nullable [] issuers, final SSLEngine engine) {
    return aliasFor(keyTypes);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      final String keyType, final Principal @Nullable [] issuers, final SSLEngine engine) {
    return aliasFor(keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      final String[] keyTypes, final Principal @Nullable [] issuers, final Socket socket) {
    return aliasFor(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      final String keyType, final Principal @Nullable [] issuers, final Socket socket) {
    return aliasFor(keyType);
  }

  @Override
  public String[] getClientAliases(final String keyType, final Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String[] getServerAliases(final String keyType, final Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public X509Certificate[] getCertificateChain(final String alias) {
    return chain.clone();
  }

  @Override
  public PrivateKey getPrivateKey(final String alias) {
    return key;
  }
}

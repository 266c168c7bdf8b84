package dev.reveille.push.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Semaphore;

/// A certificate and its key from a PKCS#12 file (`.p12`, `.pfx`), of whichever program: the old
/// kind, encrypted with RC2 and 3DES, as well as the new one with AES.
///
/// @param certificate PEM chain, the key's own certificate first
/// @param key PKCS#8 PEM
public record Pkcs12File(String certificate, String key) {
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  /// Opening takes a processor for up to some seconds.
  private static final Semaphore ONE_AT_A_TIME = new Semaphore(1);

  /// Takes up to some seconds, and waits while another file is opened: call from threads that may
  /// block.
  ///
  /// @param file at most 64 KiB in 8 parts, whose password is hashed at most 1,000,000 times
  /// @param password may be empty
  /// @throws IllegalArgumentException that begins with the field that is wrong: `pkcs12` or
  ///   `password`
  public static Pkcs12File open(final byte[] file, final String password) {
    Pkcs12Cost.check(file);
    ONE_AT_A_TIME.acquireUninterruptibly();
    try {
      return opened(file, password);
    } finally {
      ONE_AT_A_TIME.release();
    }
  }

  private static Pkcs12File opened(final byte[] file, final String password) {
    final char[] secret = password.toCharArray();
    try {
      final var store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(file), secret);
      final var keys = new ArrayList<String>();
      for (final var name : (Iterable<String>) store.aliases()::asIterator) {
        if (store.isKeyEntry(name)) {
          keys.add(name);
        }
      }
      if (keys.size() != 1) {
        throw new IllegalArgumentException(
            keys.isEmpty()
                ? "pkcs12: holds no private key; export certificate and key together"
                : "pkcs12: holds "
                    + keys.size()
                    + " private keys; export the one of the app's certificate alone");
      }
      return read(
          store.getKey(keys.getFirst(), secret), store.getCertificateChain(keys.getFirst()));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          e.getCause() instanceof UnrecoverableKeyException
              ? "password: does not open the file"
              : "pkcs12: is no PKCS#12 file, or is damaged",
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("pkcs12: its key cannot be read: " + e.getMessage(), e);
    }
  }

  private static Pkcs12File read(final Key key, final Certificate[] chain)
      throws GeneralSecurityException {
    if (!(key instanceof final PrivateKey secret) || chain == null || chain.length == 0) {
      throw new IllegalArgumentException(
          "pkcs12: holds no certificate for its key; export certificate and key together");
    }
    final var certificates = new StringBuilder();
    for (final var each : List.of(chain)) {
      certificates.append(pem("CERTIFICATE", each.getEncoded()));
    }
    return new Pkcs12File(certificates.toString(), pem("PRIVATE KEY", secret.getEncoded()));
  }

  private static String pem(final String what, final byte[] encoded) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + LINES.encodeToString(encoded)
        + "\n-----END "
        + what
        + "-----\n";
  }

  @Override
  public String toString() {
    return "Pkcs12File[…]";
  }
}

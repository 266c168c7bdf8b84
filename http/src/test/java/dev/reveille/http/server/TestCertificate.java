package dev.reveille.http.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A key and a self-signed certificate for `localhost`, made by the JDK's own tool.
///
/// The tool is a JVM of its own and takes half a second, so one key store per name is made and all
/// tests of a run share it.
public final class TestCertificate {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final Map<String, byte[]> MADE = new ConcurrentHashMap<>();

  private final Path certificate;
  private final Path key;
  private final SSLContext trusting;

  private TestCertificate(final Path certificate, final Path key, final SSLContext trusting) {
    this.certificate = certificate;
    this.key = key;
    this.trusting = trusting;
  }

  public static TestCertificate in(final Path folder) {
    return in(folder, "localhost");
  }

  public static TestCertificate in(final Path folder, final String name) {
    return in(folder, name, MADE.computeIfAbsent(name, TestCertificate::made));
  }

  /// Another key and certificate for `localhost` than all others of this run.
  public static TestCertificate anotherIn(final Path folder) {
    return in(folder, "localhost", made("localhost"));
  }

  private static TestCertificate in(final Path folder, final String name, final byte[] made) {
    try {
      final var store = Files.write(folder.resolve(name + ".p12"), made);
      final var keys = KeyStore.getInstance(store.toFile(), PASSWORD);
      final var x509 = (X509Certificate) keys.getCertificate("k");
      final var certificate = folder.resolve(name + "-cert.pem");
      final var key = folder.resolve(name + "-key.pem");
      Files.writeString(certificate, pem("CERTIFICATE", x509.getEncoded()));
      Files.writeString(key, pem("PRIVATE KEY", keys.getKey("k", PASSWORD).getEncoded()));
      return new TestCertificate(certificate, key, trusting(x509));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public Path certificate() {
    return certificate;
  }

  public Path key() {
    return key;
  }

  /// For clients that trust this certificate and no other.
  public SSLContext trusting() {
    return trusting;
  }

  /// For a process that has only the key store.
  static SSLContext trusting(final Path store) throws GeneralSecurityException, IOException {
    return trusting(
        (X509Certificate) KeyStore.getInstance(store.toFile(), PASSWORD).getCertificate("k"));
  }

  private static SSLContext trusting(final X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    final var anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    anchors.load(null, null);
    anchors.setCertificateEntry("it", certificate);
    final var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    final var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static byte[] made(final String name) {
    try {
      final var folder = Files.createTempDirectory("reveille-certificate-");
      final var store = folder.resolve("made.p12");
      keytool(store, name);
      final var made = Files.readAllBytes(store);
      Files.delete(store);
      Files.delete(folder);
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void keytool(final Path store, final String name) throws IOException {
    final var tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    final var process =
        new ProcessBuilder(
                tool,
                "-genkeypair",
                "-alias",
                "k",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name + ",ip:127.0.0.1",
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    try {
      final var said = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        throw new IOException(said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static String pem(final String kind, final byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), kind);
  }
}

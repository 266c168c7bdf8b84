package dev.reveille.simulators.apple;

import dev.reveille.simulators.tls.LoopbackCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;

/// A signing key as a developer gets it from Apple: team, key id and a .p8 file.
public record SigningKey(String team, String keyId, KeyPair pair) {
  private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  private static final int ID_LENGTH = 10;

  static SigningKey make(final SecureRandom random) {
    return make(id(random), id(random));
  }

  /// A new key pair under these names.
  public static SigningKey make(final String team, final String keyId) {
    try {
      return new SigningKey(team, keyId, LoopbackCertificates.newKey());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot make P-256 keys", e);
    }
  }

  /// The contents of the .p8 file.
  public String pem() {
    return LoopbackCertificates.pem("PRIVATE KEY", pair.getPrivate().getEncoded());
  }

  public String publicPem() {
    return LoopbackCertificates.pem("PUBLIC KEY", pair.getPublic().getEncoded());
  }

  /// Writes `AuthKey_KEYID.p8` into the directory.
  Path writeTo(final Path directory) throws IOException {
    Files.createDirectories(directory);
    return Files.writeString(directory.resolve("AuthKey_" + keyId + ".p8"), pem());
  }

  private static String id(final SecureRandom random) {
    final var id = new StringBuilder(ID_LENGTH);
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }

  @Override
  public String toString() {
    return "SigningKey[" + team + ", " + keyId + "]";
  }
}

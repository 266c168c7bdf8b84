package dev.reveille.storage.sqlite;

import dev.reveille.model.FileText;
import dev.reveille.routing.port.StoreException;
import dev.reveille.storage.codec.DamagedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Encrypts secrets with the store's master key, so that a stolen disk does not reveal them:
/// AES-256-GCM with a new nonce per text. The place of a secret is authenticated with it, so that
/// it cannot be moved to another place. Thread-safe. [#load] blocks on the disk and throws
/// [dev.reveille.routing.port.StoreException] when there is no readable key of 32 bytes.
final class MasterKey {
  private static final int LENGTH = 32;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;

  MasterKey(final byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  /// From the text, else from the file, else from `master.key` in the directory, which is made when
  /// nothing is encrypted.
  static MasterKey load(
      final Path directory, final StoreSettings settings, final boolean mayCreate) {
    if (settings.masterKeyText().isPresent()) {
      return new MasterKey(decode(settings.masterKeyText().get(), "The given master key"));
    }
    final Path file = settings.masterKey().orElse(directory.resolve("master.key"));
    try {
      if (!Files.exists(file)) {
        if (settings.masterKey().isPresent() || !mayCreate) {
          throw new StoreException(
              "The master key "
                  + file
                  + " is missing; without it the credentials in "
                  + directory
                  + " cannot be read.",
              "Put the key back from your backup.");
        }
        create(file);
      }
      return new MasterKey(decode(FileText.read(file).strip(), file.toString()));
    } catch (IOException e) {
      throw new StoreException(
          "The master key " + file + " cannot be read: " + e + ".",
          "Make it readable for the user that runs the server.",
          e);
    }
  }

  private static void create(final Path file) throws IOException {
    final byte[] key = new byte[LENGTH];
    RANDOM.nextBytes(key);
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    try (var out =
        java.nio.channels.FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      final String text = Base64.getEncoder().encodeToString(key) + "\n";
      out.write(
          java.nio.ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
      out.force(true);
    }
  }

  private static byte[] decode(final String text, final String where) {
    try {
      final byte[] key = Base64.getDecoder().decode(text.strip());
      if (key.length == LENGTH) {
        return key;
      }
    } catch (IllegalArgumentException _) {
      // the same words below
    }
    throw new StoreException(
        where + " is not a master key: it must be 32 bytes in base64.",
        "Make one with `openssl rand -base64 32`.");
  }

  byte[] encrypt(final byte[] plain, final byte[] belongsTo) {
    final byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    try {
      final Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, belongsTo);
      final byte[] sealed = Arrays.copyOf(nonce, NONCE + cipher.getOutputSize(plain.length));
      cipher.doFinal(plain, 0, plain.length, sealed, NONCE);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  /// @throws DamagedException when another key or another place encrypted it
  byte[] decrypt(final byte[] sealed, final byte[] belongsTo) {
    try {
      final Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE), belongsTo);
      return cipher.doFinal(sealed, NONCE, sealed.length - NONCE);
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      throw new DamagedException("not encrypted with this master key");
    }
  }

  private Cipher cipher(final int mode, final byte[] nonce, final byte[] belongsTo)
      throws GeneralSecurityException {
    final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(belongsTo);
    return cipher;
  }
}

package dev.reveille.push.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.model.ContentKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;

/// The standard's own vector, and an independent implementation that opens what we sealed.
final class HpkeProperties {
  private static final HPKE PHONE =
      new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM128);
  private static final AsymmetricCipherKeyPair KEYS = PHONE.generatePrivateKey();
  private static final ContentKey OURS =
      ContentKey.of(
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(PHONE.serializePublicKey(KEYS.getPublic())));

  private final Hpke hpke = new Hpke();

  private static byte[] hex(final String text) {
    return HexFormat.of().parseHex(text);
  }

  private static KeyPair keyPair(final byte[] privateKey, final byte[] publicKey)
      throws GeneralSecurityException {
    final byte[] prefix = hex("302e020100300506032b656e04220420");
    final byte[] encoded = Arrays.copyOf(prefix, prefix.length + 32);
    System.arraycopy(privateKey, 0, encoded, prefix.length, 32);
    return new KeyPair(
        ContentKey.of(Base64.getUrlEncoder().encodeToString(publicKey)).key(),
        KeyFactory.getInstance("X25519").generatePrivate(new PKCS8EncodedKeySpec(encoded)));
  }

  // RFC 9180, appendix A.1.1: base mode, the first message.
  @Example
  void the_vector_of_the_standard() throws Exception {
    final byte[] enc = hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
    final var ephemeral =
        keyPair(hex("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"), enc);
    final var receiver =
        ContentKey.of(
            Base64.getUrlEncoder()
                .encodeToString(
                    hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d")));
    final byte[] sealed =
        hpke.seal(
            ephemeral,
            receiver,
            hex("4f6465206f6e2061204772656369616e2055726e"),
            hex("436f756e742d30"),
            hex("4265617574792069732074727574682c20747275746820626561757479"));
    assertArrayEquals(enc, Arrays.copyOf(sealed, Hpke.ENC_LENGTH));
    assertEquals(
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
        HexFormat.of().formatHex(sealed, Hpke.ENC_LENGTH, sealed.length));
  }

  private static byte[] opened(final byte[] sealed, final byte[] info, final byte[] aad)
      throws InvalidCipherTextException {
    return PHONE.open(
        Arrays.copyOf(sealed, Hpke.ENC_LENGTH),
        KEYS,
        info,
        aad,
        Arrays.copyOfRange(sealed, Hpke.ENC_LENGTH, sealed.length),
        null,
        null,
        null);
  }

  @Property(tries = 100)
  void another_implementation_opens_it(
      @ForAll @Size(max = 3_000) final byte[] plaintext,
      @ForAll @Size(max = 60) final byte[] info,
      @ForAll @Size(max = 60) final byte[] aad)
      throws Exception {
    final byte[] sealed = hpke.seal(OURS, info, aad, plaintext);
    assertArrayEquals(plaintext, opened(sealed, info, aad));
    assertFalse(Arrays.equals(sealed, hpke.seal(OURS, info, aad, plaintext)), "a key each");
  }

  @Example
  void what_was_changed_or_belongs_to_another_event_is_not_opened() throws Exception {
    final byte[] event = "1-1 message".getBytes(StandardCharsets.UTF_8);
    final byte[] other = "1-2 message".getBytes(StandardCharsets.UTF_8);
    final byte[] sealed = hpke.seal(OURS, SealingSender.INFO, event, event);
    assertThrows(InvalidCipherTextException.class, () -> opened(sealed, SealingSender.INFO, other));
    sealed[sealed.length - 1] ^= 1;
    assertThrows(InvalidCipherTextException.class, () -> opened(sealed, SealingSender.INFO, event));
  }

  // RFC 7748 §6.1, RFC 9180 §7.1.4: points of small order make a secret that everybody knows.
  @Example
  void keys_that_are_none_are_refused() {
    for (final var wrong :
        new byte[][] {
          new byte[32],
          hex("0100000000000000000000000000000000000000000000000000000000000000"),
          hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
          new byte[31],
          new byte[65]
        }) {
      assertThrows(
          IllegalArgumentException.class,
          () -> ContentKey.of(Base64.getUrlEncoder().encodeToString(wrong)));
    }
    assertThrows(IllegalArgumentException.class, () -> ContentKey.of("not+base64url/"));
  }
}

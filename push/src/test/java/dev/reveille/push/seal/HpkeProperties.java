package dev.reveille.push.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.model.ContentKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

/// The standard's own vectors, and a receiver that shares nothing with the library that seals.
final class HpkeProperties {
  private static final JdkReceiver PHONE = JdkReceiver.make();

  /// What goes before the ciphertext: the sender's key of this one message.
  private static final int ENC_LENGTH = 32;

  private final Hpke hpke = new Hpke();

  private static byte[] hex(final String text) {
    return HexFormat.of().parseHex(text);
  }

  /// RFC 9180, appendix A.1.1: our suite in base mode, the first message. By the names it has
  /// there.
  private enum Vector {
    INFO("4f6465206f6e2061204772656369616e2055726e"),
    SK_EM("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"),
    SK_RM("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"),
    PK_RM("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"),
    ENC("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"),
    SHARED_SECRET("fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc"),
    PT("4265617574792069732074727574682c20747275746820626561757479"),
    AAD("436f756e742d30"),
    CT(
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a");

    private final String text;

    Vector(final String text) {
      this.text = text;
    }

    byte[] bytes() {
      return hex(text);
    }
  }

  @Example
  void we_seal_what_the_standard_seals() throws Exception {
    final var ephemeral = new X25519PrivateKeyParameters(Vector.SK_EM.bytes());
    final byte[] sealed =
        hpke.seal(
            new AsymmetricCipherKeyPair(ephemeral.generatePublicKey(), ephemeral),
            ContentKey.of(Base64.getUrlEncoder().encodeToString(Vector.PK_RM.bytes())),
            Vector.INFO.bytes(),
            Vector.AAD.bytes(),
            Vector.PT.bytes());
    assertArrayEquals(Vector.ENC.bytes(), Arrays.copyOf(sealed, ENC_LENGTH));
    assertEquals(Vector.CT.text, HexFormat.of().formatHex(sealed, ENC_LENGTH, sealed.length));
  }

  @Example
  void the_witness_opens_what_the_standard_seals() throws Exception {
    final var receiver = JdkReceiver.of(Vector.SK_RM.bytes(), Vector.PK_RM.bytes());
    assertArrayEquals(Vector.SHARED_SECRET.bytes(), receiver.decapsulated(Vector.ENC.bytes()));
    final byte[] sealed = hex(Vector.ENC.text + Vector.CT.text);
    assertArrayEquals(
        Vector.PT.bytes(), receiver.open(sealed, Vector.INFO.bytes(), Vector.AAD.bytes()));
  }

  @Property(tries = 100)
  void a_receiver_without_that_library_opens_it(
      @ForAll @Size(max = 3_000) final byte[] plaintext,
      @ForAll @Size(max = 60) final byte[] info,
      @ForAll @Size(max = 60) final byte[] aad)
      throws Exception {
    final byte[] sealed = hpke.seal(PHONE.parsedKey(), info, aad, plaintext);
    assertArrayEquals(plaintext, PHONE.open(sealed, info, aad));
    assertFalse(
        Arrays.equals(sealed, hpke.seal(PHONE.parsedKey(), info, aad, plaintext)), "a key each");
  }

  @Example
  void what_was_changed_or_belongs_to_another_event_is_not_opened() throws Exception {
    final byte[] event = "1-1 message".getBytes(StandardCharsets.UTF_8);
    final byte[] other = "1-2 message".getBytes(StandardCharsets.UTF_8);
    final byte[] sealed = hpke.seal(PHONE.parsedKey(), SealingSender.INFO, event, event);
    assertArrayEquals(event, PHONE.open(sealed, SealingSender.INFO, event));
    assertThrows(
        GeneralSecurityException.class, () -> PHONE.open(sealed, SealingSender.INFO, other));
    sealed[sealed.length - 1] ^= 1;
    assertThrows(
        GeneralSecurityException.class, () -> PHONE.open(sealed, SealingSender.INFO, event));
  }

  // RFC 7748 §6.1, RFC 9180 §7.1.4: points of small order make a shared secret that is public.
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
